"""Write the table of rights in docs/staff.md from the one in the code; with --check, only say whether it is right.

.venv/bin/python -m scripts.write_rights
"""

from __future__ import annotations

import sys
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs/staff.md"
BEGIN, END = "<!-- rights: written by scripts/write_rights.py -->\n", "<!-- end of rights -->\n"


def table() -> str:
    """Return the table: what one may do, and a mark for each role that may."""
    from daybreak.server.serve import set_up  # noqa: PLC0415

    set_up()
    from daybreak.core.roles import Role  # noqa: PLC0415
    from daybreak.server.accounts.rights import RIGHTS  # noqa: PLC0415

    rows = [["may", *Role], ["---", *(":-:" for _ in Role)]]
    rows += [[right.says, *("yes" if role in right.roles else "" for role in Role)] for right in RIGHTS.values()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def with_table(page: str, rights: str) -> str:
    """Return the page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + rights + "\n" + END + after


def main() -> int:
    """Write the page, or with --check compare it; return the exit status."""
    page = PAGE.read_text(encoding="utf-8")
    wanted = with_table(page, table())
    if "--check" in sys.argv:
        print("" if wanted == page else "out of date: docs/staff.md; run python -m scripts.write_rights", end="")
        return int(wanted != page)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
