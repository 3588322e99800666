"""Imports a licensed set of photographs: all of it or nothing, every refusal by file name in one run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from daybreak.core.errors import StimuliError
from daybreak.core.face import EXPRESSIONS, MANIFEST, Expression, Face, FaceSet, PictureFile, write_face_set
from daybreak.stimuli.crop import crop_face
from daybreak.stimuli.encode import sha256, to_webp
from daybreak.stimuli.likeness import Print, fingerprint, first_alike
from daybreak.stimuli.listing import IDENTITY, Entry, inside, listing_refusals, read_listing
from daybreak.stimuli.luminance import match
from daybreak.stimuli.photo import read_photo
from daybreak.stimuli.refusals import RefusedPicturesError, refusal

Progress = Callable[[Sequence[Entry]], Iterable[Entry]]


@dataclass(frozen=True)
class Import:
    """What to import: the `folder` with its manifest, `into` which folder of sets, under which `name`."""

    folder: Path
    into: Path
    name: str
    replace: bool = False

    @property
    def target(self) -> Path:
        """Return the folder the set will be in."""
        return self.into / self.name


@dataclass
class Work:
    """What one run has found so far."""

    refusals: list[StimuliError] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    prints: dict[str, Print] = field(default_factory=dict)


def add_faces(asked: Import, progress: Progress = iter) -> FaceSet:
    """Import the set and return its manifest.

    Args:
        asked: where from, where to.
        progress: wraps the entries while they are worked on, for a progress bar.

    Raises:
        RefusedPicturesError: something is wrong with a picture or its line; it holds every such reason.
        StimuliError: the folder, its manifest or the target cannot be used. Nothing was changed in either case.
    """
    _check_target(asked)
    entries = read_listing(asked.folder)
    work = Work(list(listing_refusals(asked.folder, entries)))
    for entry in progress(entries):
        _take(asked.folder, entry, work)
    if work.refusals:
        place = {entry.name: number for number, entry in enumerate(entries)}
        ordered = sorted(work.refusals, key=lambda error: place.get(error.where, len(entries)))
        raise RefusedPicturesError(ordered, where=str(asked.folder))
    faces = _manifest(asked.name, entries, work.pictures)
    _write(asked, faces, entries, work.pictures)
    return faces


def _check_target(asked: Import) -> None:
    if not asked.folder.is_dir():
        raise StimuliError("there is no such folder.", where=str(asked.folder), remedy="Name the folder to import.")
    if not IDENTITY.fullmatch(asked.name):
        what = f"'{asked.name}' cannot name a set."
        raise StimuliError(what, remedy="Give --name with a to z, 0 to 9 and hyphens, at most 40 of them.")
    if asked.target.exists() and not asked.replace:
        remedy = "Give --replace to exchange it, or --name for another name."
        raise StimuliError("there is a set of this name already.", where=str(asked.target), remedy=remedy)
    if asked.target.exists() and not (asked.target / MANIFEST).is_file():
        remedy = "Name another folder; only a face set is ever replaced."
        raise StimuliError("is no face set and is not replaced.", where=str(asked.target), remedy=remedy)


def _take(folder: Path, entry: Entry, work: Work) -> None:
    """Prepare one picture, or note why not; a picture seen before is not opened again."""
    name = entry["file"]
    if not name or name in work.seals or not inside(folder, name) or not (folder / name).is_file():
        return
    try:
        work.seals[name] = seal = sha256((folder / name).read_bytes())
        same = next((other for other, its in work.seals.items() if its == seal and other != name), None)
        if same:
            raise refusal(name, f"is the same file as {same}.")
        work.pictures[name] = _prepare(folder / name, name, work.prints)
    except StimuliError as error:
        work.refusals.append(error)
    except OSError:
        work.refusals.append(refusal(name, "cannot be opened."))


def _prepare(file: Path, name: str, prints: dict[str, Print]) -> bytes:
    photo = read_photo(file, name)
    row = fingerprint(photo)
    alike = first_alike(row, list(prints.values()))
    if alike is not None:
        raise refusal(name, f"shows the same picture as {list(prints)[alike]}.")
    prints[name] = row
    matched = match(crop_face(photo, name))
    if matched is None:
        raise refusal(name, "is too flat, too dark or too bright for the luminance all faces share.")
    content = to_webp(matched)
    if content is None:
        raise refusal(name, "has too much fine detail to fit into a picture of a session.")
    return content


def _file_name(entry: Entry) -> str:
    return f"{entry['identity']}-{entry['expression']}.webp"


def _manifest(name: str, entries: Sequence[Entry], pictures: dict[str, bytes]) -> FaceSet:
    by_key = {(entry["identity"], entry["expression"]): entry for entry in entries}

    def picture(identity: str, expression: Expression) -> PictureFile:
        entry = by_key[identity, expression]
        return PictureFile(file=_file_name(entry), sha256=sha256(pictures[entry["file"]]))

    def face(identity: str) -> Face:
        about = by_key[identity, "neutral"]
        classes = {key: about[key] for key in ("age", "sex", "skin") if about[key]}
        shown = {expression: picture(identity, expression) for expression in EXPRESSIONS}
        texts = {"licence": about["licence"], "source": about["source"]}
        return Face.model_validate({"identity": identity, **shown, **texts, **classes})

    identities = dict.fromkeys(entry["identity"] for entry in entries)
    return FaceSet(name=name, title=f"Imported set {name}", faces=tuple(face(identity) for identity in identities))


def _write(asked: Import, faces: FaceSet, entries: Sequence[Entry], pictures: dict[str, bytes]) -> None:
    """Write beside the target and rename at the end, so that no half set is ever in its place."""
    try:
        asked.into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=asked.into, prefix=".import-") as beside:
            fresh, old = Path(beside) / "new", Path(beside) / "old"
            fresh.mkdir()
            for entry in entries:
                (fresh / _file_name(entry)).write_bytes(pictures[entry["file"]])
            (fresh / MANIFEST).write_text(write_face_set(faces), encoding="utf-8")
            _exchange(fresh, asked.target, old)
    except OSError as error:
        what = f"cannot be written: {error.strerror}."
        raise StimuliError(what, where=str(asked.into), remedy="Name a folder you may write to with --into.") from error


def _exchange(fresh: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:  # an interrupt, too, must leave the old set where it was
        with suppress(FileNotFoundError):
            old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
