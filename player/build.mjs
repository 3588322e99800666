// Builds what browsers load: the player and the portrait page for the server, and a page for tests and benchmarks.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const SERVED = join(HERE, "../src/daybreak/server/static/player");
const BENCH = join(HERE, "build/bench");
const PLANS = join(HERE, "../tests/contract");
const FONTS = "node_modules/@fontsource-variable/atkinson-hyperlegible-next/files";
/** Largest size of play.js over the wire, in bytes. */
const BUDGET = 130_000;

const ASSETS = [
  [`${FONTS}/atkinson-hyperlegible-next-latin-wght-normal.woff2`, "fonts/atkinson-hyperlegible-next-latin-wght-normal.woff2"],
  [`${FONTS}/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2`, "fonts/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2"],
];

const SHARED = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
};

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(HERE, from), to);
}

async function buildServed() {
  const entries = { play: "src/main.ts", portrait: "src/capture/main.ts", iat: "src/implicit/main.ts" };
  for (const [name, entry] of Object.entries(entries)) {
    if (existsSync(join(HERE, entry))) await build({ ...SHARED, entryPoints: { [name]: entry }, outdir: SERVED });
  }
  await build({ ...SHARED, entryPoints: { play: "src/play.css" }, outdir: SERVED });
  for (const [from, to] of ASSETS) copy(from, join(SERVED, to));
}

async function buildBench() {
  await build({ ...SHARED, minify: false, entryPoints: { bench: "src/bench-page.ts" }, outdir: BENCH });
  copy("src/play.css", join(BENCH, "play.css"));
  copy("../src/daybreak/server/static/daybreak.css", join(BENCH, "daybreak.css"));
  for (const [from, to] of ASSETS) copy(from, join(BENCH, "player", to));
  copy("bench.html", join(BENCH, "index.html"));
  for (const name of readdirSync(PLANS).filter((file) => file.startsWith("plan-"))) {
    copy(`../tests/contract/${name}`, join(BENCH, name));
  }
}

/** Sizes as files and over the wire, for the weight test and for whoever reads the build's output. */
function writeManifest() {
  const sizes = {};
  for (const name of readdirSync(SERVED, { recursive: true }).sort()) {
    const path = join(SERVED, name);
    if (!statSync(path).isFile() || name === "manifest.json") continue;
    const bytes = readFileSync(path);
    sizes[name.replaceAll("\\", "/")] = { bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  }
  writeFileSync(join(SERVED, "manifest.json"), `${JSON.stringify(sizes, null, 1)}\n`);
  return sizes;
}

await buildServed();
await buildBench();
const sizes = writeManifest();
for (const [name, { bytes, gzip }] of Object.entries(sizes)) console.log(`${name}  ${bytes} bytes, ${gzip} compressed`);
if ((sizes["play.js"]?.gzip ?? 0) > BUDGET) {
  console.error(`play.js is larger than ${BUDGET} bytes compressed.`);
  process.exit(1);
}
