"""Staff in a real browser: from an invitation to the desk, with an authenticator app, a passkey and recovery codes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from e2e.pages import DemoServer, Notes, axe_source, new_page, sign_in
from tests.live import ROOT

PASSWORD = "seven quiet harbours"
CODE = """
import sys
from daybreak.server.serve import set_up
set_up()
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
print(format_hotp_value(hotp_value(sys.argv[1], int(sys.argv[2]))))
"""
ADMIN_PAGES = (
    "/desk/me/", "/desk/staff/", "/desk/staff/invite/", "/desk/sites/", "/desk/sites/new/", "/desk/sites/harbour/",
    "/desk/sites/harbour/close/",
)  # fmt: skip


class StaffServer(DemoServer):
    """A demo whose address is a name: passkeys belong to a name, never to a number."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = self.url.replace("127.0.0.1", "localhost")

    def invite(self, email: str, role: str = "administrator") -> str:
        """Return the path of an invitation's link, made on the command line."""
        command = [sys.executable, "-m", "daybreak.cli.main", "staff", "invite", email, "--role", role]
        told = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return "/account/join/" + told.stdout.strip().split("/")[-2] + "/"

    def code(self, secret: str, steps: int = 0) -> str:
        """Return the code an authenticator app shows, `steps` half minutes from now."""
        command = [sys.executable, "-c", CODE, secret, str(int(time.time()) // 30 + steps)]
        told = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return told.stdout.strip()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaffServer]:
    made = StaffServer(tmp_path_factory.mktemp("staff"))
    made.fill(0)
    with made:
        yield made


@dataclass
class Reader:
    """Reads a page with axe in both themes, and notes what it has against it."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def read(self, page: Page, name: str) -> None:
        """Read what the page shows now."""
        page.evaluate(axe_source())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            wrong = [f"{one['id']}: {one['nodes'][0]['html'][:100]}" for one in result["violations"]]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append("scrolls sideways")
            if wrong:
                self.found[f"{name}, {scheme}"] = wrong


def join(page: Page, server: StaffServer, link: str, look: Callable[[str], None] = lambda _: None) -> None:
    """Accept an invitation, up to the page that asks for a second factor."""
    page.goto(server.url + link)
    look("joining")
    page.get_by_label("Your name").fill("Ada Admin")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Set up a second factor").wait_for()
    look("the first factor")


def add_app(page: Page, server: StaffServer, look: Callable[[str], None] = lambda _: None) -> str:
    """Set up an authenticator app and return its secret."""
    page.get_by_role("link", name="Use an app").click()
    secret = page.locator(".secret").inner_text()
    look("the app")
    page.get_by_label("The code the app shows now").fill(server.code(secret))
    page.get_by_role("button", name="Add the app").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    look("recovery codes")
    return secret


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").locator("visible=true").first.click()


def give_password(page: Page, server: StaffServer, email: str) -> None:
    page.goto(f"{server.url}/account/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def with_authenticator(page: Page) -> None:
    """Give the browser a device that keeps passkeys and always says yes."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def quiet(notes: Notes) -> list[str]:
    """Return what the browser complained about, forms refused and links dead on purpose apart."""
    return [line for line in notes.errors if not ("422" in line or ("404" in line and "/join/" in line))]


@pytest.mark.parametrize("width", [320, 1280])
def test_an_administrator_comes_in_by_app_and_every_page_is_clean(
    browser: Browser, server: StaffServer, width: int
) -> None:
    page, notes = new_page(browser, server, width)
    reader, email = Reader(), f"ada{width}@study.example"

    def look(name: str) -> None:
        reader.read(page, name)

    join(page, server, server.invite(email), look)
    secret = add_app(page, server, look)
    for path in ADMIN_PAGES:
        page.goto(server.url + path)
        look(path)
    page.goto(f"{server.url}/desk/staff/")
    page.get_by_role("link", name="Clara Dupont").click()
    look("a colleague")
    page.get_by_role("link", name="End the role").click()
    look("ending a role")
    page.goto(f"{server.url}/desk/staff/invite/")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("Nothing was saved.").wait_for()
    look("a wrong invitation")
    for path in ("/account/again/", "/account/again/code/", "/account/factors/passkeys/new/", "/account/password/"):
        page.goto(server.url + path)
        look(path)
    page.goto(f"{server.url}/account/factors/")
    look("factors")
    page.get_by_role("link", name="Make new codes").click()
    look("new codes")
    sign_out(page)
    page.goto(f"{server.url}/account/password/reset/")
    look("a forgotten password")
    page.goto(f"{server.url}/account/password/reset/sent/")
    look("a mail that was sent")
    page.goto(f"{server.url}/account/join/{'x' * 43}/")
    look("an invitation that does not work")
    page.goto(f"{server.url}/account/sign-in/")
    look("signing in")
    give_password(page, server, email)
    page.get_by_role("heading", name="Your second factor").wait_for()
    look("the code")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_text("That code is not right").wait_for()
    look("a wrong code")
    page.get_by_label("Code").fill(server.code(secret, steps=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/desk/" in address)
    assert reader.found == {}
    assert notes.strangers == []
    assert quiet(notes) == []


def test_a_passkey_is_added_and_signs_in_without_a_password(browser: Browser, server: StaffServer) -> None:
    page, notes = new_page(browser, server, 1280)
    with_authenticator(page)
    join(page, server, server.invite("pia@study.example"))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.get_by_role("link", name="To the desk").click()
    page.wait_for_url(lambda address: "/desk/" in address)
    sign_out(page)
    page.goto(f"{server.url}/account/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda address: "/desk/" in address)
    page.goto(f"{server.url}/account/again/passkey/?next=/desk/me/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda address: address.endswith("/desk/me/") and "next" not in address)
    page.goto(f"{server.url}/account/factors/")
    page.get_by_role("link", name="Remove").click()
    page.get_by_text("This is your last second factor").wait_for()
    assert notes.strangers == []
    assert quiet(notes) == []


def test_without_a_passkey_on_the_device_the_page_says_so(browser: Browser, server: StaffServer) -> None:
    page, _ = new_page(browser, server, 390)
    with_authenticator(page)
    page.goto(f"{server.url}/account/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The passkey was not used").wait_for()


def test_without_scripts_password_and_app_still_open_the_desk(browser: Browser, server: StaffServer) -> None:
    page, _ = new_page(browser, server, 390, java_script_enabled=False)
    join(page, server, server.invite("nojs@study.example"))
    add_app(page, server)
    page.get_by_role("link", name="To the desk").click()
    page.wait_for_url(lambda address: "/desk/" in address)


def test_a_link_of_the_demo_opens_the_desk_of_its_role(browser: Browser, server: StaffServer) -> None:
    page, _ = new_page(browser, server, 1280)
    sign_in(page, server.links["Monitor"])
    page.goto(f"{server.url}/desk/me/")
    assert page.get_by_text("see that and why people were unblinded").is_visible()
    assert not page.get_by_text("unblind one person in an emergency").is_visible()
