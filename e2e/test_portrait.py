"""The portrait page in a real browser, with a real photograph before the camera."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sqlite3
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from skimage import data as untyped_data

from daybreak.core import face
from daybreak.stimuli.luminance import measure
from scripts.find_chromium import chromium
from tests.live import LiveServer, Person

PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 800}
data: Any = untyped_data
NO_FACE = "We could not find a face"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files a person may choose: the astronaut (NASA, public domain), a cup, and files of no use."""
    folder = tmp_path_factory.mktemp("photos")
    astronaut = Image.fromarray(data.astronaut())
    astronaut.save(folder / "astronaut.jpg", quality=92)
    Image.fromarray(data.coffee()).save(folder / "cup.png")
    Image.new("L", (7000, 6000)).save(folder / "huge.png")
    Image.new("RGB", (300, 200), "navy").save(folder / "small.png")
    Image.new("RGB", (400, 400), "black").save(folder / "black.png")
    (folder / "notes.jpg").write_bytes(b"these are notes, not a picture")
    (folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(64))
    (folder / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='400' height='400'/>")
    return folder


@pytest.fixture(scope="module")
def camera_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the camera sees: the astronaut, her eyes where the guide wants them, as one JPEG after the other."""
    side = 320 * 43.5 / face.EYE_GAP  # her eyes are 43.5 pixels apart in the photograph
    left, top = 225 - side / 2, 102.3 - side * face.EYES_Y / face.PICTURE_SIDE
    portrait = Image.fromarray(data.astronaut()).crop((round(left), round(top), round(left + side), round(top + side)))
    frame = Image.new("RGB", (960, 720), (120, 130, 140))
    frame.paste(portrait.resize((720, 720), Image.Resampling.LANCZOS), (120, 0))
    picture = io.BytesIO()
    frame.save(picture, "JPEG", quality=92)
    film = tmp_path_factory.mktemp("film") / "face.mjpeg"
    film.write_bytes(picture.getvalue() * 4)
    return film


@pytest.fixture(scope="module")
def browser(playwright: Playwright, camera_film: Path) -> Iterator[Browser]:
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera_film}"]
    started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *camera])
    yield started
    started.close()


class Visit:
    """One person on the portrait page."""

    def __init__(self, server: LiveServer, browser: Browser, *, camera: bool = True, **options: Any) -> None:
        self.server = server
        self.person: Person = server.new_participant(portrait=False)
        self.context: BrowserContext = browser.new_context(**{"viewport": PHONE} | options)
        for name, value in self.person.cookies.items():
            self.context.add_cookies([{"name": name, "value": value, "url": server.url}])
        if camera:
            self.context.grant_permissions(["camera"], origin=server.url)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{server.url}/ready/portrait/")
        self.heading("Your portrait")

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text)).to_be_visible()

    def says(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text, timeout=15_000)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def choose(self, photo: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press("Choose a photo")
        chooser.value.set_files(photo)

    def stored(self) -> bytes | None:
        """Return the picture the person's own session gets, or None."""
        status, body = self.ask("GET", "/api/player/portrait")
        return body if status == 200 else None

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.port)
        headers = {**self.person.headers, "Content-Type": "application/json", "Host": f"127.0.0.1:{self.server.port}"}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        told = response.status, response.read()
        connection.close()
        return told

    def is_face_found(self) -> bool:
        database = sqlite3.connect(f"file:{self.server.database}?mode=ro", uri=True)
        question = "select face_found from enrolment_portrait where participant_id = ?"
        (answer,) = database.execute(question, [self.person.participant_id]).fetchone()
        database.close()
        return bool(answer)

    def assert_accessible(self) -> None:
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0

    def close(self) -> None:
        assert self.errors == []
        self.context.close()


@pytest.fixture
def visit(server: LiveServer, browser: Browser) -> Iterator[Visit]:
    here = Visit(server, browser)
    yield here
    here.close()


def pixels(image: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGB"))


def test_a_portrait_taken_with_the_camera_has_the_size_and_luminance_of_all_faces(visit: Visit) -> None:
    visit.press("Use the camera")
    visit.says("That is good. Relax your face and take the picture.")
    visit.press("Take the picture")
    visit.says("This is how it will look.")
    assert visit.stored() is None
    visit.press("Use this picture")
    visit.heading("Your picture is saved.")
    image = visit.stored()
    assert image is not None
    assert image[8:12] == b"WEBP"
    assert pixels(image).shape == (face.PICTURE_SIDE, face.PICTURE_SIDE, 3)
    luminance = measure(pixels(image))
    assert abs(luminance.mean - face.LUMINANCE_MEAN) < 2 * face.LUMINANCE_MEAN_TOLERANCE
    assert abs(luminance.contrast - face.RMS_CONTRAST) < 2 * face.RMS_CONTRAST_TOLERANCE
    assert visit.is_face_found()


def test_an_uploaded_photograph_is_stored_and_goes_into_the_training_plan(visit: Visit, photos: Path) -> None:
    visit.choose(photos / "astronaut.jpg")
    visit.press("Use this picture")
    visit.heading("Your picture is saved.")
    image = visit.stored()
    assert image is not None
    status, body = visit.ask("POST", "/api/player/sessions/1/sittings", '{"take_over": false}')
    assert status == 201
    answer = json.loads(body)
    pictures = [asset for asset in answer["plan"]["assets"] if asset["kind"] == "picture"]
    shown = set()
    for picture in pictures:
        status, padded = visit.ask("GET", f"/api/player/sittings/{answer['sitting']}/assets/{picture['id']}")
        assert status == 200
        assert hashlib.sha256(padded).hexdigest() == picture["sha256"]
        shown.add(padded[4 : 4 + int.from_bytes(padded[:4], "big")])
    assert image in shown


def test_a_stored_picture_is_shown_again_and_can_be_deleted(visit: Visit, photos: Path) -> None:
    visit.choose(photos / "astronaut.jpg")
    visit.press("Use this picture")
    visit.heading("Your picture is saved.")
    visit.page.reload()
    visit.says("This is the picture you have now.")
    expect(visit.page.get_by_role("img", name="Your portrait as it will be shown")).to_be_visible()
    visit.press("Delete it")
    visit.press("No, keep it")
    assert visit.stored() is not None
    visit.press("Delete it")
    visit.press("Yes, delete it")
    visit.says("Your picture is deleted.")
    assert visit.stored() is None


def test_a_face_the_detector_does_not_find_can_be_used_after_three_tries(visit: Visit, photos: Path) -> None:
    for _ in range(2):
        visit.choose(photos / "cup.png")
        visit.says(NO_FACE)
        expect(visit.page.get_by_role("button", name="Use this picture anyway")).to_have_count(0)
        visit.press("Take another one")
    visit.choose(photos / "cup.png")
    visit.says("is no fault of yours")
    visit.press("Use this picture anyway")
    visit.heading("Your picture is saved.")
    assert not visit.is_face_found()


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        ("notes.jpg", "could not be read as a picture"),
        ("drawing.svg", "could not be read as a picture"),
        ("phone.heic", "HEIC"),
        ("huge.png", "too large"),
        ("small.png", "too small"),
        ("black.png", "too dark or too even"),
    ],
)
def test_a_file_of_no_use_gets_a_plain_sentence_and_changes_nothing(
    visit: Visit, photos: Path, photo: str, sentence: str
) -> None:
    visit.choose(photos / photo)
    visit.says(sentence)
    expect(visit.page.get_by_role("button", name="Choose a photo")).to_be_visible()
    assert visit.stored() is None


def test_without_leave_to_use_the_camera_a_photo_can_be_chosen(server: LiveServer, browser: Browser) -> None:
    visit = Visit(server, browser, camera=False)
    visit.press("Use the camera")
    visit.says("choose a photo instead")
    expect(visit.page.get_by_role("button", name="Choose a photo")).to_be_visible()
    visit.close()


def test_a_picture_that_cannot_be_sent_is_kept_and_can_be_sent_again(visit: Visit, photos: Path) -> None:
    visit.choose(photos / "astronaut.jpg")
    visit.says("This is how it will look.")
    visit.context.set_offline(True)
    visit.press("Use this picture")
    visit.says("could not be saved")
    visit.context.set_offline(False)
    visit.press("Use this picture")
    visit.heading("Your picture is saved.")


def test_the_camera_can_be_used_by_keyboard_alone(visit: Visit) -> None:
    def tab_to(label: str) -> None:
        button = visit.page.get_by_role("button", name=label, exact=True)
        expect(button).to_be_enabled()
        for _ in range(12):
            if button.evaluate("node => node === document.activeElement"):
                return
            visit.page.keyboard.press("Tab")
        raise AssertionError(f"{label} cannot be reached by Tab")

    for label in ("Use the camera", "Take the picture", "Use this picture"):
        tab_to(label)
        visit.page.keyboard.press("Enter")
    visit.heading("Your picture is saved.")
    link = visit.page.get_by_role("link", name="Go on", exact=True)
    visit.page.keyboard.press("Tab")
    assert link.evaluate("node => node === document.activeElement")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_is_accessible(
    server: LiveServer, browser: Browser, photos: Path, viewport: dict[str, int], scheme: str
) -> None:
    visit = Visit(server, browser, viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    visit.assert_accessible()
    visit.press("Use the camera")
    visit.says("That is good.")
    visit.assert_accessible()
    visit.choose(photos / "cup.png")
    visit.says(NO_FACE)
    visit.assert_accessible()
    visit.press("Take another one")
    visit.choose(photos / "astronaut.jpg")
    visit.says("This is how it will look.")
    visit.assert_accessible()
    visit.press("Use this picture")
    visit.heading("Your picture is saved.")
    visit.assert_accessible()
    visit.press("Delete it")
    visit.heading("Delete this picture?")
    visit.assert_accessible()
    visit.close()


def test_the_portrait_page_brings_at_most_150_kilobytes_of_code_face_finder_included() -> None:
    built = Path(__file__).parent.parent / "src/daybreak/server/static/player"
    assert len(gzip.compress((built / "portrait.js").read_bytes())) <= 150_000
