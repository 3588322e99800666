"""Bring the translations of the pages up to date; with --check, only say whether they are.

Reads every sentence from the server's Python files and templates, adds new ones to each django.po (empty, to be
translated), drops old ones, and compiles django.mo. Needs only Babel, no GNU gettext.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SERVER = Path(__file__).parent.parent / "src/daybreak/server"
LOCALE = SERVER / "locale"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
}  # fmt: skip
STRING = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
SINGULAR = re.compile(rf"\b(?:_|gettext)\(\s*{STRING}\s*\)")
PLURAL = re.compile(rf"\bngettext\(\s*{STRING}\s*,\s*{STRING}\s*,")

Message = str | tuple[str, str]


def python_messages() -> Iterator[tuple[Message, str]]:
    """Yield every sentence of the Python files with the file's name."""
    for path in sorted(SERVER.rglob("*.py")):
        for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS):
            yield (message if isinstance(message, str) else (message[0], message[1])), _place(path)


def template_messages() -> Iterator[tuple[Message, str]]:
    """Yield every sentence of the templates with the file's name."""
    for path in sorted((SERVER / "templates").rglob("*.html")):
        source = templatize(path.read_text(encoding="utf-8"))
        for one, many in PLURAL.findall(source):
            yield (ast.literal_eval(one), ast.literal_eval(many)), _place(path)
        for text in SINGULAR.findall(source):
            yield ast.literal_eval(text), _place(path)


class PlainCatalog(Catalog):
    """A catalog whose header says nothing that changes with the day or with Babel's version."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's lines."""
        return [
            ("Project-Id-Version", "daybreak"),
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def updated(language: str) -> tuple[bytes, bytes, list[str]]:
    """Return the .po and .mo of a language as they should be, and the sentences that have no translation."""
    place = LOCALE / language / "LC_MESSAGES" / "django.po"
    known = read_po(io.BytesIO(place.read_bytes()), locale=language) if place.exists() else Catalog(locale=language)
    catalog = PlainCatalog(locale=language, header_comment="# Kept by scripts/write_locale.py.", fuzzy=False)
    for message, found_in in [*python_messages(), *template_messages()]:
        old = known.get(message if isinstance(message, str) else message[0])
        catalog.add(message, old.string if old else None, locations=[(found_in, 0)])
    missing = [str(message.id) for message in catalog if message.id and not _is_translated(message.string)]
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, width=120, sort_output=True, include_lineno=False)
    write_mo(mo, catalog)
    return po.getvalue(), mo.getvalue(), missing


def main() -> int:
    """Write or compare each file; return the exit status."""
    check, status = "--check" in sys.argv, 0
    for folder in sorted(path for path in LOCALE.iterdir() if path.is_dir()):
        po, mo, missing = updated(folder.name)
        for name, wanted in (("django.po", po), ("django.mo", mo)):
            place = folder / "LC_MESSAGES" / name
            if place.exists() and place.read_bytes() == wanted:
                continue
            status = 1 if check else status
            print(f"{'out of date' if check else 'wrote'}: {place.relative_to(SERVER)}")
            if not check:
                place.write_bytes(wanted)
        for sentence in missing:
            status = 1
            print(f"no {folder.name} translation: {sentence}")
    return status


def _is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if isinstance(string, str) else all(string or ("",))


def _place(path: Path) -> str:
    return str(path.relative_to(SERVER))


if __name__ == "__main__":
    sys.exit(main())
