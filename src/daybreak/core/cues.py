"""What stands for the person: the cues they typed, and stand-ins of the same shape that are not about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from daybreak.core.chance import Chance
from daybreak.core.errors import DaybreakError

LONGEST_CUE = 24
MOST_FACTS = 6
CONSONANTS, VOWELS = "bdfgklmnprstv", "aeiou"
ACCENTED = "áéíóú"
TRIES = 50


def cue_text(text: str, where: str) -> str:
    """Return a typed cue in Unicode's composed form (NFC), with single spaces.

    Raises:
        DaybreakError: it is empty, too long, or holds no letter or digit; `code` is `cue`.
    """
    clean = unicodedata.normalize("NFC", " ".join(text.split()))
    if not any(char.isalnum() for char in clean):
        raise DaybreakError(
            "there is nothing to show here.", where=where, remedy="Type at least one letter.", code="cue"
        )
    if len(clean) > LONGEST_CUE or not clean.isprintable():
        raise DaybreakError(
            f"this cannot be shown on one line of {LONGEST_CUE} signs.", where=where, remedy="Shorten it.", code="cue"
        )
    return clean


@dataclass(frozen=True)
class Cues:
    """What one person typed about themself. Facts that repeat the first name or another fact are left out.

    Raises:
        DaybreakError: a cue cannot be shown, or there are too many facts; `code` is `cue`.
    """

    first_name: str
    facts: tuple[str, ...] = ()
    has_portrait: bool = False

    def __post_init__(self) -> None:
        first_name = cue_text(self.first_name, "first name")
        facts = {fact.casefold(): fact for fact in (cue_text(fact, "fact") for fact in self.facts)}
        facts.pop(first_name.casefold(), None)
        if len(facts) > MOST_FACTS:
            raise DaybreakError(
                f"these are more than {MOST_FACTS} facts.", where="facts", remedy="Leave some out.", code="cue"
            )
        object.__setattr__(self, "first_name", first_name)
        object.__setattr__(self, "facts", tuple(facts.values()))


def same_shape(one: str, other: str) -> bool:
    """Return whether both have as many characters and as many bytes in UTF-8."""
    return len(one) == len(other) and len(one.encode()) == len(other.encode())


def stand_ins(model: str, count: int, names: Sequence[str], taken: Collection[str], chance: Chance) -> list[str]:
    """Draw `count` different texts of the shape of `model`: other people's names, or made-up ones where too few fit.

    Args:
        model: the person's own text.
        count: how many to draw.
        names: other people's names, written as names are.
        taken: texts not to use, in any case of letters.
        chance: where the draws come from.
    """
    used = {text.casefold() for text in (*taken, model)}
    known = [dressed(name, model) for name in chance.shuffled(names) if name.casefold() not in used]
    drawn = [name for name in known if model.isalpha() and same_shape(name, model)][:count]
    used |= {name.casefold() for name in drawn}
    while len(drawn) < count:
        drawn.append(made_up(model, used, chance))
        used.add(drawn[-1].casefold())
    return drawn


def dressed(name: str, model: str) -> str:
    """Return `name` in small or capital letters if `model` is written that way, else as it is."""
    if model.islower():
        return name.lower()
    return name.upper() if model.isupper() and len(model) > 1 else name


def made_up(model: str, used: Collection[str], chance: Chance) -> str:
    """Draw a pronounceable text of the shape of `model`; spaces, hyphens and the like stay where they are.

    A very short cue can use up what is pronounceable; then any letters and digits of the same length will do.
    """
    for letters in (_letters, _any_letters):
        for _ in range(TRIES):
            text = "".join(letters(model, chance))
            if text.casefold() not in used:
                return text
    return text


def _letters(model: str, chance: Chance) -> Iterator[str]:
    vowel = chance.below(2) == 1
    for char in model:
        if not char.isalnum():
            yield char
        elif char.isascii():
            letters = "0123456789" if char.isdigit() else VOWELS if vowel else CONSONANTS
            drawn = chance.pick(letters)
            yield drawn.upper() if char.isupper() else drawn
        else:
            yield _foreign(char, chance)
        vowel = not vowel and char.isalpha()


def _foreign(char: str, chance: Chance) -> str:
    """Draw a letter of the same kind and UTF-8 length: an accented vowel, or a neighbour in the same script."""
    if "LATIN" in unicodedata.name(char, "") and same_shape(char, ACCENTED[0]):
        drawn = chance.pick(ACCENTED)
        return drawn.upper() if char.isupper() else drawn
    start = ord(char) & ~15
    near = [chr(code) for code in range(start, start + 16)]
    kind = unicodedata.category(char)
    return chance.pick([letter for letter in near if unicodedata.category(letter) == kind and same_shape(letter, char)])


def _any_letters(model: str, chance: Chance) -> Iterator[str]:
    for char in model:
        start = ord("0") if char.isascii() else ord(char) & ~255
        near = [chr(code) for code in range(start, start + 256)]
        alike = [letter for letter in near if letter.isalnum() and same_shape(letter, char)]
        yield chance.pick(alike) if char.isalnum() else char
