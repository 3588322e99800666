from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest
from pydantic import BaseModel

from daybreak.content.locale import languages, player_texts, read_texts
from daybreak.core.errors import PackError

TABLES = {
    language: tomllib.loads(files("daybreak.content.locale").joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    for language in languages()
}
SENTENCES = [
    pytest.param(language, text, id=f"{language}-{part}-{key}")
    for language, table in TABLES.items()
    for part, texts in table.items()
    for key, text in texts.items()
]


def test_english_and_spanish_are_there() -> None:
    assert {"en", "es"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_every_language_fills_every_sentence_of_the_player(language: str) -> None:
    assert all(text.strip() for text in player_texts(language).model_dump().values())


def test_every_language_has_the_same_parts_and_keys_as_english() -> None:
    shapes = {language: {part: set(texts) for part, texts in table.items()} for language, table in TABLES.items()}
    assert all(shape == shapes["en"] for shape in shapes.values())


def test_a_translation_keeps_the_places_to_fill_in() -> None:
    for table in TABLES.values():
        for part, texts in table.items():
            for key, text in texts.items():
                assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", TABLES["en"][part][key]), key


def test_a_regional_form_takes_its_plain_language() -> None:
    assert player_texts("es-MX") == player_texts("es")


def test_an_unknown_language_falls_back_to_english() -> None:
    assert player_texts("xx") == player_texts("en")


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_no_sentence_shouts(language: str, text: str) -> None:
    assert not set("!¡") & set(text)


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_sentences_stay_short(language: str, text: str) -> None:
    longest = max(len(sentence.split()) for sentence in re.split(r"[.?]", text))
    assert longest <= 20


def test_a_table_that_misses_a_sentence_is_refused_by_name() -> None:
    class More(BaseModel):
        unheard_of: str

    with pytest.raises(PackError, match="unheard_of"):
        read_texts("en", "player", More)
