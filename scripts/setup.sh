#!/usr/bin/env bash
# Sets up one part of the environment: python, node or chromium. Says in one sentence what is missing and what to do.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { echo "daybreak set-up: $1" >&2; exit 2; }

setup_python() {
  local python=${PYTHON:-python3}
  command -v "$python" >/dev/null || stop "no '$python' found; install Python 3.11 or newer, or run 'make PYTHON=/path/to/python'."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || stop "'$python' is $("$python" -V 2>&1); daybreak needs Python 3.11 or newer: run 'make PYTHON=/path/to/a/newer/python'."
  [ -x .venv/bin/python ] || "$python" -m venv .venv \
    || stop "could not make .venv; on Debian or Ubuntu install the package python3-venv and try again."
  echo "daybreak set-up: Python packages from requirements.lock (a minute or two the first time)"
  # --no-deps: the lock is complete, and asked for `name[extra]` pip would look past it for a newer release.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  touch .venv/.ready
}

setup_node() {
  command -v node >/dev/null || stop "no 'node' found; install Node.js 20 or newer (it brings npm), then run this again."
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' \
    || stop "node $(node --version) is too old; daybreak needs Node.js 20 or newer."
  echo "daybreak set-up: player packages from player/package-lock.json"
  npm --prefix player ci --silent --no-audit --no-fund
  touch player/node_modules/.ready
}

# The package holds a compressed browser; it unpacks itself into the folder for temporary files.
chromium_from_npm() {
  local folder=.venv/chromium
  mkdir -p $folder/unpacked
  npm --prefix $folder install --silent --no-audit --no-fund @sparticuz/chromium@138.0.2
  (cd $folder && TMPDIR=$PWD/unpacked node --input-type=module \
    -e 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();') >/dev/null
}

# The tests drive a Chromium of the machine, and one that can be stepped refresh by refresh (chromium-headless-shell);
# what is missing comes from Debian's packages or from an npm package.
setup_chromium() {
  .venv/bin/python scripts/find_chromium.py --both >/dev/null 2>&1 && return
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "daybreak set-up: Debian's chromium and chromium-headless-shell"
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      chromium chromium-headless-shell) >/dev/null 2>&1 || true
    .venv/bin/python scripts/find_chromium.py --both >/dev/null 2>&1 && return
  fi
  echo "daybreak set-up: Chromium from the npm package @sparticuz/chromium"
  chromium_from_npm || true
  .venv/bin/python scripts/find_chromium.py >/dev/null 2>&1 \
    || stop "the browser tests need Chromium: install it (Debian: apt install chromium chromium-headless-shell) or set DAYBREAK_CHROMIUM to its path."
}

case "${1:-}" in
  python) setup_python ;;
  node) setup_node ;;
  chromium) setup_chromium ;;
  *) stop "say which part: python, node or chromium." ;;
esac
