"""Foreign pictures: a plain portrait comes out, or a plain refusal."""

from __future__ import annotations

import io
import struct
import zlib
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from skimage import data as pictures

from daybreak.core.picture import IMAGE_BYTES_AT_MOST
from daybreak.server.enrolment.portrait_image import PictureError, plain_portrait


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def grey(image: Image.Image, x: int, y: int) -> int:
    """Return how bright a place is, 0 to 255."""
    return int(cast("float", image.convert("L").getpixel((x, y))))


def noise(width: int, height: int, spread: float = 20) -> Image.Image:
    return Image.effect_noise((width, height), spread).convert("RGB")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_picture_becomes_a_square_webp_that_fits_its_slot(kind: str, mode: str) -> None:
    portrait = plain_portrait(encoded(noise(640, 480).convert(mode), kind))
    image = decoded(portrait)
    assert (image.format, image.size, image.mode) == ("WEBP", (320, 320), "RGB")
    assert len(portrait) <= IMAGE_BYTES_AT_MOST


@pytest.mark.evidence("reference", "NASA's portrait of Eileen Collins, public domain, shipped by scikit-image")
def test_a_real_photograph_stays_a_good_picture() -> None:
    astronaut = Image.fromarray(pictures.astronaut())  # type: ignore[no-untyped-call]
    portrait = decoded(plain_portrait(encoded(astronaut, "JPEG", quality=95)))
    wanted = astronaut.resize((320, 320), Image.Resampling.LANCZOS)
    pairs = zip(portrait.tobytes(), wanted.tobytes(), strict=True)
    assert sum(abs(a - b) for a, b in pairs) / len(wanted.tobytes()) < 4


def test_all_metadata_is_stripped() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x8825] = {1: "N", 2: (40.0, 25.0, 0.0)}
    portrait = plain_portrait(encoded(noise(400, 400), "JPEG", exif=exif, comment=b"secret comment"))
    assert not decoded(portrait).getexif()
    assert b"home" not in portrait
    assert b"secret" not in portrait


def test_a_picture_lying_on_its_side_is_put_upright() -> None:
    image = Image.new("RGB", (400, 300), "white")
    image.paste("black", (0, 0, 400, 75))
    exif = Image.Exif()
    exif[0x0112] = 6
    upright = decoded(plain_portrait(encoded(image, "JPEG", exif=exif)))
    assert grey(upright, 310, 160) < 60
    assert grey(upright, 10, 160) > 200


def test_the_middle_of_an_oblong_picture_is_kept() -> None:
    image = Image.new("RGB", (900, 300), "red")
    image.paste("blue", (300, 0, 600, 300))
    middle = decoded(plain_portrait(encoded(image, "PNG")))
    blue = middle.getchannel("B")
    assert min(grey(blue, x, 160) for x in (5, 160, 314)) > 200


def test_what_can_be_seen_through_gets_a_plain_ground() -> None:
    portrait = decoded(plain_portrait(encoded(Image.new("RGBA", (320, 320), (0, 0, 0, 0)), "PNG")))
    assert grey(portrait, 160, 160) > 200


@pytest.mark.parametrize(("width", "height"), [(159, 400), (400, 159), (1, 1)])
def test_a_picture_that_is_too_small_is_refused(width: int, height: int) -> None:
    with pytest.raises(PictureError) as refused:
        plain_portrait(encoded(noise(width, height), "PNG"))
    assert refused.value.code == "picture-too-small"


def test_a_picture_that_is_nothing_but_noise_does_not_fit_its_slot() -> None:
    with pytest.raises(PictureError) as refused:
        plain_portrait(encoded(noise(400, 400, spread=250), "PNG"))
    assert refused.value.code == "picture-too-large"


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is large and holds next to nothing."""

    def part(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + part(b"IDAT", zlib.compress(b"\0" * 1000)) + part(b"IEND", b"")


def webp_header(width: int, height: int) -> bytes:
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + bytes(4)
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize(
    "bomb",
    [png_header(50_000, 50_000), png_header(6_400, 6_400), webp_header(16_000, 16_000)],
    ids=["png", "just", "webp"],
)
def test_a_picture_with_too_many_pixels_is_refused_by_its_header(bomb: bytes) -> None:
    with pytest.raises(PictureError) as refused:
        plain_portrait(bomb)
    assert refused.value.code == "picture-too-large"


def test_a_webp_that_says_two_sizes_is_refused() -> None:
    real = encoded(noise(320, 320), "WEBP", lossless=True)
    assert real[12:16] == b"VP8L"
    with pytest.raises(PictureError):
        plain_portrait(webp_header(4000, 4000)[:30] + real[12:])


GIF = encoded(Image.new("P", (320, 320)), "GIF")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        GIF,
        encoded(noise(320, 320), "BMP"),
        b"%!PS-Adobe-3.0",
    ],
    ids=["nothing", "text", "svg", "gif", "bmp", "postscript"],
)
def test_what_is_no_picture_of_the_three_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(PictureError) as refused:
        plain_portrait(data)
    assert refused.value.code in ("not-a-picture", "picture-too-small")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    whole = encoded(noise(400, 400), kind)
    with pytest.raises(PictureError):
        plain_portrait(whole[: len(whole) // 3])


GOOD = [encoded(noise(200, 200), kind) for kind in ("JPEG", "PNG", "WEBP")]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GOOD), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_picture_is_refused_or_read_but_breaks_nothing(good: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(good)
    for place, value in changes:
        data[place] = value
    try:
        portrait = plain_portrait(bytes(data))
    except PictureError:
        return
    assert decoded(portrait).size == (320, 320)
