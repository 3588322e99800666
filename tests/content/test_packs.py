"""The shipped word lists, judged against wordfreq's frequency lists."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from wordfreq import zipf_frequency

from daybreak.content import packs
from daybreak.content.faces import load_faces
from daybreak.content.packs import languages, load_pack
from daybreak.core.errors import PackError
from scripts import match_words

SHIPPED = [("self-worth", language) for language in languages("self-worth")]
shipped = pytest.mark.parametrize(("name", "language"), SHIPPED)


def test_the_pack_ships_in_english_and_spanish() -> None:
    assert languages("self-worth") == ("en", "es")


@shipped
def test_sixty_or_more_traits_are_matched_in_length_and_frequency(name: str, language: str) -> None:
    traits = load_pack(name, language).words.traits
    assert len(traits) >= 60
    for pair in traits:
        one, other = (zipf_frequency(word, language) for word in (pair.active, pair.sham))
        assert min(one, other) > 0
        assert abs(one - other) <= 0.7, (pair.active, pair.sham)
        assert (len(pair.active), len(pair.active.encode())) == (len(pair.sham), len(pair.sham.encode()))


@shipped
def test_the_readings_as_a_whole_are_equally_frequent(name: str, language: str) -> None:
    traits = load_pack(name, language).words.traits
    gaps = [zipf_frequency(pair.active, language) - zipf_frequency(pair.sham, language) for pair in traits]
    assert abs(sum(gaps) / len(gaps)) < 0.1


@shipped
def test_non_words_are_words_in_no_shipped_language(name: str, language: str) -> None:
    words = load_pack(name, language).words
    for text in (*words.lures, *words.target_strings, *words.practice_lures, *words.practice_strings):
        assert all(zipf_frequency(text, known) == 0 for _, known in SHIPPED), text


@shipped
def test_lures_can_be_spoken_and_letter_strings_cannot(name: str, language: str) -> None:
    words = load_pack(name, language).words
    vowels = set("aeiouy")
    assert all(vowels & set(text) for text in (*words.lures, *words.practice_lures))
    assert not any(vowels & set(text) for text in (*words.target_strings, *words.practice_strings))


@shipped
def test_length_does_not_give_the_answer_away(name: str, language: str) -> None:
    words = load_pack(name, language).words
    assert Counter(map(len, words.lures)) == Counter(len(pair.active) for pair in words.traits)
    assert Counter(map(len, words.target_strings)) == Counter(map(len, words.target_words))


@shipped
def test_what_is_judged_or_practised_as_a_word_is_one(name: str, language: str) -> None:
    words = load_pack(name, language).words
    assert all(zipf_frequency(word, language) > 2 for word in (*words.target_words, *words.practice_words))


@shipped
def test_enough_names_of_every_usual_length_are_there(name: str, language: str) -> None:
    pack = load_pack(name, language)
    plain = Counter(len(other) for other in pack.words.names if other.isascii())
    # One stand-in, six others, and one name that may be the person's own.
    assert all(plain[length] >= 8 for length in range(3, 9))


def test_spanish_traits_have_one_form_for_all_genders() -> None:
    traits = {pair.active for pair in load_pack("self-worth", "es").words.traits}
    assert not [trait for trait in traits if trait.endswith(("o", "os", "as", "dora", "or"))]
    assert {trait for trait in traits if trait.endswith("a")} == {"entusiasta"}


def test_the_published_examples_are_among_the_english_traits() -> None:
    traits = {pair.active for pair in load_pack("self-worth", "en").words.traits}
    assert {"good", "sweet", "lovable", "worthy", "attractive"} <= traits


@shipped
def test_counts_are_those_of_the_reconstruction(name: str, language: str) -> None:
    tasks = load_pack(name, language).tasks
    assert {(task.rounds, task.rounds * task.steps) for task in tasks.each()} == {(4, 120)}


@shipped
def test_the_pack_says_what_is_published_and_that_evidence_is_mixed(name: str, language: str) -> None:
    status = load_pack(name, language).status
    assert status.published
    assert any("duration" in part for part in status.reconstructed)
    assert "Mixed" in status.evidence


def test_the_shipped_faces_are_enough_for_the_shipped_pack() -> None:
    assert len(load_faces()) >= load_pack("self-worth", "en").tasks.faces.people


@shipped
def test_the_script_finds_no_fault_in_the_shipped_lists(name: str, language: str) -> None:
    assert list(match_words.faults(load_pack(name, language))) == []


def test_the_script_finds_every_kind_of_fault() -> None:
    pack = load_pack("self-worth", "en")
    broken = {
        "traits": (*pack.words.traits[1:], pack.words.traits[0].model_copy(update={"sham": "glum"})),
        "lures": ("table",),
        "target_words": ("blarfing",),
    }
    found = list(match_words.faults(pack.model_copy(update={"words": pack.words.model_copy(update=broken)})))
    assert found == [
        "calm and glum differ too much in frequency",
        "blarfing is no known word",
        "table is a known word",
        "lures and traits differ in their lengths",
        "target strings and target words differ in their lengths",
    ]


def test_the_script_pairs_as_many_words_as_fit() -> None:
    # "part" is the nearer partner of "nice" but the only one of "good", so "nice" must give it up.
    assert match_words.pairs(["nice", "good"], ["part", "unit"], "en") == {"good": "part", "nice": "unit"}
    assert set(match_words.pairs(["good", "kind", "calm"], ["five", "part"], "en")) <= {"good", "kind"}


def test_a_regional_language_takes_the_plain_one() -> None:
    assert load_pack("self-worth", "es-MX").language == "es"


def test_an_unknown_pack_or_language_is_refused_with_what_there_is() -> None:
    with pytest.raises(PackError, match=r"there is no training pack 'calm'. Shipped are: self-worth."):
        load_pack("calm", "en")
    with pytest.raises(PackError, match=r"self-worth: the training pack has no language 'fr'. It has: en, es."):
        load_pack("self-worth", "fr")


def test_a_broken_file_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "pack.toml").write_text("format = 1")
    (folder / "en.toml").write_text("language =")
    monkeypatch.setattr(packs, "SHIPPED", tmp_path)
    with pytest.raises(PackError, match=r"broken/en.toml: this is not valid TOML: .* Mend it."):
        load_pack("broken", "en")
    (folder / "en.toml").write_text('language = "en"')
    with pytest.raises(PackError, match=r"broken/pack.toml and en.toml: name is missing: add it"):
        load_pack("broken", "en")


@shipped
def test_the_files_are_written_in_composed_letters(name: str, language: str) -> None:
    text = (Path(packs.__file__).parent / name / f"{language}.toml").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


@shipped
def test_every_key_of_a_pack_is_documented(name: str, language: str) -> None:
    page = (Path(__file__).parents[2] / "docs/packs.md").read_text(encoding="utf-8")
    pack = load_pack(name, language)
    tables = [pack, pack.words, pack.status, pack.buttons, pack.keys, pack.appearance, *pack.tasks.each()]
    tables += [timing for task in pack.tasks.each() for timing in [task.timing]]
    keys = {key for table in tables for key in type(table).model_fields}
    assert sorted(key for key in keys - {"words"} if f"`{key}`" not in page) == []
