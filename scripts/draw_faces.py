"""Draws the shipped faces anew: `.venv/bin/python scripts/draw_faces.py [FOLDER]`.

Node draws the layers (tools/faces/), this matches the luminance of the skin and writes pictures and manifest. With the
locked packages the pictures come out byte for byte the same; `--check` says so without writing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
from PIL import Image
from rich.progress import track

from daybreak.content.faces import DRAWN
from daybreak.core.face import EXPRESSIONS, MANIFEST, PICTURE_SIDE, RMS_CONTRAST, Face, FaceSet, write_face_set
from daybreak.stimuli.encode import sha256, to_webp
from daybreak.stimuli.luminance import PASSES, Light, Luminance, Pixels, measure, stretch, to_light, to_pixels

TOOLS = Path(__file__).parent.parent / "tools" / "faces"
BACKGROUND = 196
SHIPPED_BYTES_AT_MOST = 20_000
LICENCE = "CC0-1.0 (public domain dedication by the daybreak authors)"
SOURCE = "drawn by tools/faces of daybreak; no living person is shown"
# Within the tolerance of the mean, skin keeps what it can of its own lightness.
MEAN_OF_SKIN = {"light": 0.28, "medium": 0.26, "dark": 0.24}


class Layer(NamedTuple):
    """Colours and how opaque they are (0..1), one value a pixel."""

    pixels: Pixels
    cover: Light

    def over(self, light: Light) -> Light:
        """Return `light` with this layer laid on it."""
        return np.asarray(to_light(self.pixels) * self.cover + light * (1 - self.cover))


def read_layer(file: Path) -> Layer:
    """Return one layer that Node drew."""
    rgba = np.asarray(Image.open(file).convert("RGBA"))
    return Layer(rgba[..., :3], rgba[..., 3:] / 255)


def match_skin(under: Layer, skins: list[Layer], over: Layer, mean: float) -> list[Pixels]:
    """Return both pictures, the skin of both moved by the same steps so that only the expression differs."""
    ground = under.over(to_light(np.full((PICTURE_SIDE, PICTURE_SIDE, 3), BACKGROUND, np.uint8)))
    for _ in range(PASSES):
        figures = [measure(to_pixels(over.over(skin.over(ground)))) for skin in skins]
        now = Luminance(sum(f.mean for f in figures) / 2, sum(f.contrast for f in figures) / 2)
        skins = [Layer(stretch(skin.pixels, now, Luminance(mean, RMS_CONTRAST)), skin.cover) for skin in skins]
    return [to_pixels(over.over(skin.over(ground))) for skin in skins]


def draw(person: dict[str, str], layers: Path) -> tuple[Face, dict[str, bytes]]:
    """Return one identity's manifest entry and its files by name."""
    identity = person["identity"]
    under, over, *skins = (read_layer(layers / f"{identity}-{part}.png") for part in ("under", "over", *EXPRESSIONS))
    pictures = match_skin(under, skins, over, MEAN_OF_SKIN[person["skin"]])
    coded = [cast("bytes", to_webp(picture, SHIPPED_BYTES_AT_MOST)) for picture in pictures]
    files = {f"{identity}-{expression}.webp": content for expression, content in zip(EXPRESSIONS, coded, strict=True)}
    entries = {
        expression: {"file": name, "sha256": sha256(content)}
        for expression, (name, content) in zip(EXPRESSIONS, files.items(), strict=True)
    }
    return Face.model_validate({**person, **entries, "licence": LICENCE, "source": SOURCE}), files


def draw_all() -> dict[str, bytes]:
    """Return all files of the set by name, manifest included."""
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=TOOLS, check=True)
    files: dict[str, bytes] = {}
    faces = []
    with tempfile.TemporaryDirectory() as layers:
        subprocess.run(["node", "render.mjs", layers], cwd=TOOLS, check=True)
        people = json.loads((Path(layers) / "people.json").read_text())
        for person in track(people, "Faces", disable=not sys.stderr.isatty()):
            face, pictures = draw(person, Path(layers))
            faces.append(face)
            files |= pictures
    title = "Drawn adults of daybreak"
    files[MANIFEST] = write_face_set(FaceSet(name="drawn", title=title, faces=tuple(faces))).encode()
    return files


def differing(files: dict[str, bytes], folder: Path) -> Iterable[str]:
    """Yield the names of files that are missing from `folder` or differ there."""
    for name, content in files.items():
        if not (folder / name).is_file() or (folder / name).read_bytes() != content:
            yield name


def main() -> None:
    """Draw the set into the folder, or compare with it."""
    parser = argparse.ArgumentParser(description="Draw the shipped faces anew.")
    parser.add_argument("folder", nargs="?", type=Path, default=DRAWN)
    parser.add_argument("--check", action="store_true", help="only say whether the folder holds the same files")
    asked = parser.parse_args()
    files = draw_all()
    if asked.check:
        changed = sorted(differing(files, asked.folder))
        sys.exit(f"{len(changed)} files differ, such as {changed[0]}" if changed else 0)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (asked.folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
