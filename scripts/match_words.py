"""Make and check the word lists of a training pack; needs wordfreq, which ships its own frequency lists.

match_words.py pairs en         pairs candidates of scripts/words/en.toml: same length, Zipf values at most 0.7 apart
match_words.py lures en         draws pronounceable strings, four of the length of each shipped trait, to pick from
match_words.py strings en       draws consonant strings of the lengths of the shipped target words
match_words.py check en         says what breaks the rules in the shipped lists

A Zipf value is log10 of a word's count in a thousand million words (van Heuven and colleagues 2014).
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from wordfreq import top_n_list, zipf_frequency

from daybreak.content.packs import load_pack
from daybreak.core.cues import same_shape
from daybreak.core.pack import Pack

CANDIDATES = Path(__file__).parent / "words"
WIDEST_GAP = 0.7
LANGUAGES = ("en", "es")
CONSONANTS = "bcdfghjklmnpqrstvxz"


def zipf(word: str, language: str) -> float:
    """Return the Zipf value of a word in wordfreq's lists; 0 if it is in none."""
    return float(zipf_frequency(word, language))


def gap(one: str, other: str, language: str) -> float:
    """Return how far two words' Zipf values lie apart."""
    return abs(zipf(one, language) - zipf(other, language))


def pairs(traits: list[str], neutral: list[str], language: str) -> dict[str, str]:
    """Return as many trait -> neutral pairs as fit, by augmenting paths, close frequencies first."""
    fits = {trait: [word for word in neutral if same_shape(trait, word)] for trait in traits}
    for trait, words in fits.items():
        close = [word for word in words if gap(trait, word, language) <= WIDEST_GAP]
        fits[trait] = sorted(close, key=lambda word, trait=trait: gap(trait, word, language))  # type: ignore[misc]
    owner: dict[str, str] = {}

    def place(trait: str, seen: set[str]) -> bool:
        for word in fits[trait]:
            if word not in seen:
                seen.add(word)
                if word not in owner or place(owner[word], seen):
                    owner[word] = trait
                    return True
        return False

    for trait in traits:
        place(trait, set())
    return {trait: word for word, trait in owner.items()}


def lures(lengths: Iterable[int], language: str, chance: random.Random) -> Iterator[str]:
    """Draw strings whose runs of three letters are common in the language, and which are words in no known one."""
    followers: dict[str, list[str]] = defaultdict(list)
    for word in top_n_list(language, 8000):
        if word.isalpha() and word.isascii() and len(word) > 3:
            for at, letter in enumerate(f"^^{word}$"[2:]):
                followers[f"^^{word}$"[at : at + 2]].append(letter)
    for length in lengths:
        yield next(word for word in _chains(followers, chance) if len(word) == length and not known(word))


def _chains(followers: dict[str, list[str]], chance: random.Random) -> Iterator[str]:
    while True:
        word = "^^"
        while not word.endswith("$") and len(word) < 20:
            word += chance.choice(followers[word[-2:]])
        yield word[2:-1]


def strings(lengths: Iterable[int], chance: random.Random) -> Iterator[str]:
    """Draw strings of different consonants, known in no language."""
    for length in lengths:
        while known(drawn := "".join(chance.sample(CONSONANTS, length))):
            continue
        yield drawn


def known(text: str) -> bool:
    """Return whether any shipped language's list knows the text."""
    return any(zipf(text, language) > 0 for language in LANGUAGES)


def faults(pack: Pack) -> Iterator[str]:
    """Yield what breaks the rules of docs/packs.md in a pack's word lists."""
    words, language = pack.words, pack.language
    for pair in words.traits:
        if gap(pair.active, pair.sham, language) > WIDEST_GAP:
            yield f"{pair.active} and {pair.sham} differ too much in frequency"
    for word in (*words.target_words, *words.practice_words, *(pair.active for pair in words.traits)):
        if zipf(word, language) == 0:
            yield f"{word} is no known word"
    for text in (*words.lures, *words.practice_lures, *words.target_strings, *words.practice_strings):
        if known(text):
            yield f"{text} is a known word"
    if sorted(map(len, words.lures)) != sorted(len(pair.active) for pair in words.traits):
        yield "lures and traits differ in their lengths"
    if sorted(map(len, words.target_strings)) != sorted(map(len, words.target_words)):
        yield "target strings and target words differ in their lengths"


def main(command: str, language: str) -> int:
    """Run one command; return the exit status."""
    chance = random.Random(f"{command} {language}")
    if command == "pairs":
        listed = tomllib.loads((CANDIDATES / f"{language}.toml").read_text(encoding="utf-8"))
        traits, neutral = (list(dict.fromkeys(listed[name].split())) for name in ("traits", "neutral"))
        found = pairs(traits, neutral, language)
        for trait in sorted(found, key=lambda trait: (len(trait), trait)):
            print(f'  ["{trait}", "{found[trait]}"],  # {zipf(trait, language)} {zipf(found[trait], language)}')
        print(f"{len(found)} pairs; without a partner: {' '.join(sorted(set(traits) - set(found)))}")
        return 0
    pack = load_pack("self-worth", language)
    if command == "lures":
        print(*lures((len(pair.active) for pair in pack.words.traits for _ in range(4)), language, chance))
    elif command == "strings":
        print(*strings((len(word) for word in pack.words.target_words), chance))
    else:
        found_faults = list(faults(pack))
        print(*found_faults or ["The lists keep the rules."], sep="\n")
        return int(bool(found_faults))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
