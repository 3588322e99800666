"""The signed consent as a PDF: the text, who signed it and how, when, before whom, and the hash of the text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from daybreak.content.fonts import Font, font_path
from daybreak.core.study import ConsentText

Strokes = Sequence[Sequence[tuple[int, int]]]
BOARD = (1000, 300)
"""Width and height of the board a signature is drawn on, in its own units."""
SIGNATURE_MM = 80.0
TEXT: tuple[tuple[Font, str], ...] = (("atkinson-regular", ""), ("atkinson-bold", "B"))
RARE: Font = "dejavu-subset"


@dataclass(frozen=True)
class SignedText:
    """All that stands in a copy. `at` is in the zone of the site; `before` is the member of staff who was there."""

    study: str
    site: str
    code: str
    text: ConsentText
    sha256: str
    name: str
    strokes: Strokes
    at: datetime
    before: str


def unprintable(name: str) -> str:
    """Return the signs of `name` that no font of the copy has, each once."""
    known = _signs("atkinson-regular") | _signs(RARE)
    return "".join(dict.fromkeys(sign for sign in name if ord(sign) not in known and not sign.isspace()))


@cache
def _signs(font: Font) -> frozenset[int]:
    return frozenset(TTFont(font_path(font)).getBestCmap())


def make_copy(signed: SignedText) -> bytes:
    """Return the copy, in the language of the text, as PDF/A-2u: fonts inside, made to be kept for decades."""
    with translation.override(signed.text.language):
        page = _Page(signed)
        page.write_text()
        page.write_signature()
        return _as_of(signed.at, bytes(page.output()))


def _as_of(at: datetime, copy: bytes) -> bytes:
    """Return the copy with the time of signing in all its dates: the library writes the machine's own clock into two.

    Both are written alike, so that no place in the file moves.
    """
    moment = at.astimezone(UTC).isoformat(timespec="seconds").encode()
    return re.sub(rb'(xmp:(?:Modify|Metadata)Date=")[^"]+', rb"\g<1>" + moment, copy)


def _all_text(signed: SignedText) -> str:
    said = (signed.study, signed.site, signed.code, signed.name, signed.before, signed.text.title)
    return "".join((*said, *signed.text.paragraphs))


class _Page(FPDF):
    def __init__(self, signed: SignedText) -> None:
        super().__init__(format="A4", enforce_compliance="PDF/A-2u")
        self.signed = signed
        self.set_lang(signed.text.language)
        self.set_title(f"{signed.text.title} ({signed.code})")
        self.set_creation_date(signed.at)
        for font, style in TEXT:
            self.add_font("text", style, font_path(font))
        if not {ord(sign) for sign in _all_text(signed)} <= _signs("atkinson-regular"):
            for _font, style in TEXT:
                self.add_font("rare", style, font_path(RARE))
            self.set_fallback_fonts(["rare"], exact_match=False)
        self.set_margins(22, 20)
        self.set_auto_page_break(auto=True, margin=22)
        self.add_page()

    def file_id(self) -> str:
        """Return the file's own number, from what was signed: the library's follows the machine's clock."""
        number = hashlib.sha256(repr(self.signed).encode()).hexdigest()[:32].upper()
        return f"<{number}><{number}>"

    def footer(self) -> None:
        """Number the pages, with code and document on each."""
        self.set_y(-15)
        self.set_font("text", size=8)
        document = f"{self.signed.code} · {self.signed.text.key} {self.signed.text.version}"
        self.cell(0, 5, f"{document} · {self.page_no()}", align="C")

    def write_text(self) -> None:
        """Write what was signed."""
        signed, text = self.signed, self.signed.text
        self._line(signed.study, 10)
        self._line(text.title, 17, bold=True)
        self._line(_("Version %(version)s") % {"version": text.version}, 10)
        self.ln(3)
        for paragraph in text.paragraphs:
            self._line(paragraph, 11)
            self.ln(2)

    def write_signature(self) -> None:
        """Write who signed, and draw what they drew."""
        signed = self.signed
        if self.get_y() > self.h - 90:
            self.add_page()
        self.ln(4)
        self._line(_("Signed"), 13, bold=True)
        self._line(signed.name, 13)
        self._draw(signed.strokes)
        when = f"{date_format(signed.at, 'DATE_FORMAT')}, {signed.at:%H:%M} {signed.at.tzname()}"
        self._line(when, 11)
        self._line(_("At %(site)s, in the presence of %(staff)s") % {"site": signed.site, "staff": signed.before}, 11)
        self._line(_("Participant %(code)s") % {"code": signed.code}, 11)
        self.ln(2)
        self._line(_("SHA-256 of the text: %(hash)s") % {"hash": signed.sha256}, 8)

    def _draw(self, strokes: Strokes) -> None:
        scale, left, top = SIGNATURE_MM / BOARD[0], self.get_x(), self.get_y() + 1
        self.set_line_width(0.5)
        for stroke in strokes:
            # A dot is a stroke of one point; drawn as the shortest line, so that it shows.
            points = [(left + x * scale, top + y * scale) for x, y in stroke]
            self.polyline(points if len(points) > 1 else [points[0], (points[0][0] + 0.3, points[0][1])])
        if strokes:
            self.set_y(top + BOARD[1] * scale + 1)

    def _line(self, text: str, size: float, *, bold: bool = False) -> None:
        self.set_font("text", "B" if bold else "", size)
        self.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
