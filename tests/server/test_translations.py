"""Every sentence of the pages has its Spanish, compiled and current."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent.parent
SPANISH = ROOT / "src/daybreak/server/locale/es/LC_MESSAGES/django.po"


def test_no_sentence_is_missing_old_or_uncompiled() -> None:
    told = subprocess.run(
        [sys.executable, "scripts/write_locale.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.stdout, told.returncode) == ("", 0)


def test_translations_fill_in_the_same_places() -> None:
    with SPANISH.open("rb") as file:
        catalog = read_po(file, locale="es")
    for message in catalog:
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        # Of one thing a language may say "the last day" without a number.
        strings = [text for text in strings if text and "%(" in text] if len(ids) > 1 else strings
        if message.id:
            places = {tuple(sorted(set(re.findall(r"%\(\w+\)[sd]", text)))) for text in [*ids, *strings]}
            assert len(places) == 1, message.id


def test_no_sentence_shouts() -> None:
    assert not re.search(r"^msg(id|str).*[!¡]", SPANISH.read_text(encoding="utf-8"), re.MULTILINE)
