"""Write docs/validation.md: every section reckoned anew."""

from __future__ import annotations

from pathlib import Path

from validation.sections import page

PAGE = Path(__file__).parents[1] / "docs" / "validation.md"

PAGE.write_text(page(), encoding="utf-8")
print(f"{PAGE} is written.")
