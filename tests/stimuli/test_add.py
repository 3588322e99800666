"""A set is imported as a whole, or every reason against it is told by file name and nothing is changed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from daybreak.content.faces import face_bytes, load_faces
from daybreak.core.errors import StimuliError
from daybreak.core.face import PICTURE_BYTES_AT_MOST, PICTURE_SIDE
from daybreak.stimuli.add import Import, _exchange, add_faces
from daybreak.stimuli.check import check_faces
from daybreak.stimuli.luminance import Pixels
from daybreak.stimuli.refusals import RefusedPicturesError
from tests.stimuli.folders import HEAD, astronaut, drawn, everything_in, line, photograph, two_people

LISTED = "".join(
    line(f"{identity}-{expression}.png", identity, expression)
    for identity in ("ada", "ben")
    for expression in ("smiling", "neutral")
)


@pytest.fixture
def asked(tmp_path: Path) -> Import:
    return Import(two_people(tmp_path / "photos"), tmp_path / "sets", "photos")


def refused(asked: Import) -> list[str]:
    """Import, and return the reasons against it; nothing may have changed."""
    before = everything_in(asked.folder.parent)
    with pytest.raises(RefusedPicturesError) as caught:
        add_faces(asked)
    assert everything_in(asked.folder.parent) == before
    return [error.sentence() for error in caught.value.refusals]


def save(folder: Path, name: str, photo: Pixels) -> None:
    Image.fromarray(photo).save(folder / name)


def test_a_set_in_order_is_imported_and_passes_the_check(asked: Import) -> None:
    faces = add_faces(asked)
    assert faces.identities() == ("ada", "ben")
    assert {face.licence for face in faces.faces} == {"for this study"}
    assert check_faces(asked.target) == faces
    assert load_faces(asked.target) == faces.faces
    assert sorted(everything_in(asked.into)) == sorted(f"photos/{name}" for name in (*faces.files(), "manifest.json"))


def test_a_real_photograph_becomes_a_picture_of_a_session(asked: Import) -> None:
    save(asked.folder, "nora-smiling.jpg", astronaut())
    drawn("drawn-05", "neutral").save(asked.folder / "nora-neutral.png")
    more = line("nora-smiling.jpg", "nora", "smiling") + line("nora-neutral.png", "nora", "neutral")
    (asked.folder / "manifest.csv").write_text(HEAD + LISTED + more)
    add_faces(asked)
    content = face_bytes("nora", "smiling", asked.target)
    assert len(content) <= PICTURE_BYTES_AT_MOST
    assert Image.open(io.BytesIO(content)).size == (PICTURE_SIDE, PICTURE_SIDE)
    assert check_faces(asked.target).identities() == ("ada", "ben", "nora")


def test_the_same_folder_gives_the_same_bytes(asked: Import) -> None:
    add_faces(asked)
    add_faces(replace(asked, name="again"))
    first, again = everything_in(asked.target), everything_in(asked.into / "again")
    first.pop("manifest.json")
    again.pop("manifest.json")
    assert first == again


def blank(folder: Path) -> None:
    (folder / "ada-smiling.png").write_bytes(b"")


def faceless(folder: Path) -> None:
    save(folder, "ada-smiling.png", photograph("coffee"))


def crowded(folder: Path) -> None:
    save(folder, "ada-smiling.png", np.hstack([astronaut(), astronaut()]))


def small(folder: Path) -> None:
    drawn("drawn-02", "smiling", 300).save(folder / "ada-smiling.png")


def grainy(folder: Path) -> None:
    person = np.asarray(drawn("drawn-02", "smiling", 320)).astype(float)
    grain = np.random.default_rng(3).normal(0, 200, person.shape)
    grain[70:270, 70:250] *= 0.16  # the face stays to be found
    save(folder, "ada-smiling.png", np.clip(person + grain, 0, 255).astype(np.uint8))


def copied(folder: Path) -> None:
    shutil.copy(folder / "ada-smiling.png", folder / "ben-smiling.png")


def saved_again(folder: Path) -> None:
    Image.open(folder / "ada-smiling.png").resize((500, 500)).save(folder / "ben-smiling.png", "JPEG", quality=70)


def gone(folder: Path) -> None:
    (folder / "ada-smiling.png").unlink()


def linked_out(folder: Path) -> None:
    shutil.move(folder / "ada-smiling.png", folder.parent / "elsewhere.png")
    (folder / "ada-smiling.png").symlink_to(folder.parent / "elsewhere.png")


def unlisted(folder: Path) -> None:
    drawn("drawn-07", "smiling").save(folder / "cat.png")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (blank, "ada-smiling.png: is not a picture that can be read."),
        (faceless, "ada-smiling.png: shows no face that can be found; a frontal, evenly lit one is needed."),
        (crowded, "ada-smiling.png: shows 2 faces; exactly one is needed."),
        (small, "ada-smiling.png: is 300 x 300 pixels; at least 320 x 320 are needed."),
        (grainy, "ada-smiling.png: has too much fine detail to fit into a picture of a session."),
        (copied, "ben-smiling.png: is the same file as ada-smiling.png."),
        (saved_again, "ben-smiling.png: shows the same picture as ada-smiling.png."),
        (gone, "ada-smiling.png: is in the manifest but not in the folder."),
        (linked_out, "ada-smiling.png: lies outside the folder."),
        (unlisted, "cat.png: is in the folder but not in the manifest."),
    ],
)
def test_one_spoilt_picture_is_told_and_nothing_is_changed(
    asked: Import, spoil: Callable[[Path], None], told: str
) -> None:
    spoil(asked.folder)
    assert refused(asked) == [told]


@pytest.mark.parametrize(
    ("listing", "told"),
    [
        (LISTED.replace("neutral,for this study", "neutral,", 1), "ada-neutral.png: the licence is empty."),
        (
            LISTED + line("ada-smiling.png", "ada", "smiling"),
            "ada-smiling.png: stands more than once in the manifest.",
        ),
    ],
)
def test_one_faulty_line_is_told_and_nothing_is_changed(asked: Import, listing: str, told: str) -> None:
    (asked.folder / "manifest.csv").write_text(HEAD + listing)
    assert refused(asked) == [told]


def test_all_reasons_are_told_in_one_run_in_the_order_of_the_manifest(asked: Import) -> None:
    blank(asked.folder)
    unlisted(asked.folder)
    save(asked.folder, "ben-smiling.png", photograph("coffee"))
    (asked.folder / "manifest.csv").write_text(HEAD + LISTED.replace("ben,neutral", "ben,sad"))
    assert refused(asked) == [
        "ada-smiling.png: is not a picture that can be read.",
        "ben-smiling.png: 'ben' has no neutral picture.",
        "ben-smiling.png: shows no face that can be found; a frontal, evenly lit one is needed.",
        "ben-neutral.png: the expression 'sad' is unknown; write smiling or neutral.",
        "cat.png: is in the folder but not in the manifest.",
    ]


def test_the_refusal_says_how_many_reasons_and_that_nothing_changed(asked: Import) -> None:
    blank(asked.folder)
    with pytest.raises(RefusedPicturesError) as caught:
        add_faces(asked)
    assert caught.value.code == "stimuli-refused"
    assert caught.value.what == "refused for 1 reason; nothing was changed."


def test_a_refused_replacement_leaves_the_old_set(asked: Import) -> None:
    add_faces(asked)
    blank(asked.folder)
    assert refused(replace(asked, replace=True)) == ["ada-smiling.png: is not a picture that can be read."]
    assert check_faces(asked.target).identities() == ("ada", "ben")


def test_a_set_of_the_same_name_is_replaced_only_when_asked(asked: Import) -> None:
    add_faces(asked)
    for expression in ("smiling", "neutral"):
        (asked.folder / f"ben-{expression}.png").unlink()
    (asked.folder / "manifest.csv").write_text(HEAD + LISTED[: LISTED.index("ben")])
    with pytest.raises(StimuliError, match=r"there is a set of this name already\. Give --replace"):
        add_faces(asked)
    assert load_faces(asked.target)[-1].identity == "ben"
    add_faces(replace(asked, replace=True))
    assert check_faces(asked.target).identities() == ("ada",)
    assert [path.name for path in asked.into.iterdir()] == ["photos"]


def test_a_folder_that_is_no_set_is_never_replaced(asked: Import) -> None:
    asked.target.mkdir(parents=True)
    (asked.target / "thesis.txt").write_text("years of work")
    with pytest.raises(StimuliError, match="is no face set and is not replaced"):
        add_faces(replace(asked, replace=True))
    assert (asked.target / "thesis.txt").read_text() == "years of work"


def test_an_unusable_place_or_name_is_told(asked: Import) -> None:
    with pytest.raises(StimuliError, match="there is no such folder"):
        add_faces(replace(asked, folder=asked.folder / "none"))
    with pytest.raises(StimuliError, match=r"'\.\./out' cannot name a set"):
        add_faces(replace(asked, name="../out"))
    asked.into.write_text("a file, not a folder")
    with pytest.raises(StimuliError, match="cannot be written"):
        add_faces(asked)
    assert asked.into.read_text() == "a file, not a folder"


def test_an_interrupt_leaves_no_trace(asked: Import) -> None:
    before = everything_in(asked.folder.parent)

    def interrupted(entries: object) -> object:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_faces(asked, interrupted)  # type: ignore[arg-type]
    assert everything_in(asked.folder.parent) == before


def test_an_exchange_that_fails_puts_the_old_set_back(asked: Import) -> None:
    add_faces(asked)
    before = everything_in(asked.into)
    with pytest.raises(FileNotFoundError):
        _exchange(asked.into / "never-written", asked.target, asked.into / "old")
    assert everything_in(asked.into) == before
