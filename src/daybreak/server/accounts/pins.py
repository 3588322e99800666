"""Which PINs are taken: 4 to 8 digits that are not among the first anyone would try."""

from __future__ import annotations

import re
from itertools import pairwise

from django.utils.translation import gettext as _

SHORTEST, LONGEST = 4, 8
# The keypad's middle column and corners, which people like; the rules below catch the other common ones.
KEYPAD = frozenset({"2580", "0852", "1397", "7931", "1379", "159753", "147258"})


def pin_problem(pin: str, again: str) -> str:
    """Return one sentence saying why this PIN cannot be kept, in the active language, or nothing."""
    if not re.fullmatch(r"[0-9]{4,8}", pin):
        return _("A PIN has 4 to 8 digits and nothing else.")
    if is_weak(pin):
        return _("This PIN is easy to guess. Please choose another one.")
    if pin != again:
        return _("The two PINs are not the same. Please type them again.")
    return ""


def is_weak(pin: str) -> bool:
    """Return whether a stranger would try it early: a digit or pair repeated, a run, a year, a path on the keypad."""
    repeats = any(pin == pin[:length] * (len(pin) // length) for length in (1, 2))
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    year = len(pin) == SHORTEST and pin[:2] in ("19", "20")
    return repeats or steps in ({1}, {9}) or year or pin in KEYPAD
