"""Reminders on the person's own device, in a real browser: what the page offers, and what the worker shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.pages import Notes, axe_source, new_page
from tests.live import LiveServer

TOLD = {"key": "k", "title": "A short reminder", "body": "Your next exercises are ready"}
SHOWN = """async () => (await (await navigator.serviceWorker.getRegistration('/')).getNotifications())
    .map(({title, body, tag, data}) => ({title, body, tag, link: data.link}))"""
# A browser opens windows for real taps only, so that the worker is asked where it would lead.
TAP = """async () => {
    const asked = [];
    self.clients.openWindow = async (address) => asked.push(address);
    for (const notification of await self.registration.getNotifications()) {
        const event = new NotificationEvent("notificationclick", {notification});
        self.dispatchEvent(event);
    }
    await new Promise((done) => setTimeout(done, 200));
    return asked;
}"""
SHOWS_ONE = (
    """async () => (await (await navigator.serviceWorker.getRegistration('/')).getNotifications()).length === 1"""
)
REGISTER = """async () => {
    await navigator.serviceWorker.register('/push-worker.js', {scope: '/'});
    await navigator.serviceWorker.ready;
}"""
WITHOUT = "delete Object.getPrototypeOf(navigator).serviceWorker"


# No push service can be reached from a test: what the browser would have got from one is made here, keys and all.
SUBSCRIBES = """
PushManager.prototype.subscribe = async function (options) {
    const pair = await crypto.subtle.generateKey({name: "ECDH", namedCurve: "P-256"}, true, ["deriveBits"]);
    const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const keys = {p256dh: text(await crypto.subtle.exportKey("raw", pair.publicKey)), auth: text(new Uint8Array(16))};
    localStorage.made = JSON.stringify({endpoint: "https://fcm.googleapis.com/fcm/send/one", keys});
    localStorage.options = JSON.stringify({seen: options.userVisibleOnly, key: text(options.applicationServerKey)});
    return this.getSubscription();
};
PushManager.prototype.getSubscription = async () => localStorage.made ? {
    ...JSON.parse(localStorage.made),
    unsubscribe: async () => delete localStorage.made,
} : null;
"""
OFFERS = "Show them on this device"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("push")) as made:
        yield made


def at_reminders(
    browser: Browser, server: LiveServer, *, granted: bool = True, script: str = "", **wishes: Any
) -> tuple[Page, Notes]:
    """Return the page on which somebody chooses their reminders, reached from their contact page."""
    person = server.new_participant(**wishes)
    page, notes = new_page(browser, server, 320)
    if granted:
        page.context.grant_permissions(["notifications"], origin=server.url)
    if script:
        page.add_init_script(script)
    page.context.add_cookies(
        [{"name": key, "value": value, "url": server.url} for key, value in person.cookies.items()]
    )
    page.goto(f"{server.url}/me/contact/")
    page.locator("a[href='/me/reminders/']").click()
    return page, notes


def deliver(page: Page, server: LiveServer, told: str) -> None:
    """Let a push arrive as the browser's own push client would hand it over."""
    cdp, found = page.context.new_cdp_session(page), list[str]()
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    page.evaluate(REGISTER)
    cdp.send("ServiceWorker.enable")
    while not found:
        page.wait_for_timeout(20)
    cdp.send("ServiceWorker.deliverPushMessage", {"origin": server.url, "registrationId": found[-1], "data": told})


def test_a_push_shows_its_neutral_text_once_and_leads_to_its_page_only(browser: Browser, server: LiveServer) -> None:
    page, notes = at_reminders(browser, server)
    for link in (f"{server.url}/p/token/", f"{server.url}/p/token/"):
        deliver(page, server, json.dumps(TOLD | {"link": link}))
    page.wait_for_function(SHOWS_ONE)
    assert page.evaluate(SHOWN) == [{"title": TOLD["title"], "body": TOLD["body"], "tag": "k", "link": link}]
    assert page.context.service_workers[0].evaluate(TAP) == [link]
    for bad in ("https://evil.example/", "javascript:alert(1)", "http://["):
        deliver(page, server, json.dumps(TOLD | {"link": bad}))
        page.wait_for_function(SHOWS_ONE)
        assert page.context.service_workers[0].evaluate(TAP) in ([f"{server.url}/"], ["/"])
    deliver(page, server, "no JSON at all")
    page.wait_for_function(SHOWS_ONE)
    assert notes.errors == []
    assert notes.strangers == []


def test_a_device_is_taken_and_given_up_at_one_press_each(browser: Browser, server: LiveServer) -> None:
    page, notes = at_reminders(browser, server, script=SUBSCRIBES)
    part = page.locator("[data-push]")
    key = part.get_attribute("data-key")
    page.get_by_role("button", name=OFFERS).click()
    expect(page.get_by_text("Reminders come to this device now.")).to_be_visible()
    expect(part.get_by_text("They come to this device.")).to_be_visible()
    expect(page.get_by_role("button", name=OFFERS)).to_be_hidden()
    assert json.loads(page.evaluate("localStorage.options")) == {"seen": True, "key": key}
    page.get_by_role("button", name="No more on this device").click()
    expect(page.get_by_text("No more reminders come to this device.")).to_be_visible()
    expect(page.get_by_role("button", name=OFFERS)).to_be_visible()
    assert page.evaluate("localStorage.made") is None
    assert notes.errors == []
    assert notes.strangers == []


def test_a_device_that_fails_says_so_and_offers_it_again(browser: Browser, server: LiveServer) -> None:
    page, _ = at_reminders(browser, server)
    page.get_by_role("button", name=OFFERS).click()
    expect(page.get_by_text("That did not work. Please try again later.")).to_be_visible()
    expect(page.get_by_role("button", name=OFFERS)).to_be_visible()


def test_whoever_said_no_to_the_browser_reads_where_to_change_it(browser: Browser, server: LiveServer) -> None:
    page, _ = at_reminders(browser, server, granted=False)
    cdp = page.context.new_cdp_session(page)
    own = cdp.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    denied = {"permission": {"name": "notifications"}, "setting": "denied", "browserContextId": own}
    cdp.send("Browser.setPermission", denied | {"origin": server.url})
    page.reload()
    expect(page.get_by_text("Your browser does not let us show them.")).to_be_visible()
    expect(page.get_by_role("button", name=OFFERS)).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "This browser cannot show them."), ("es", "Este navegador no puede mostrarlos.")],
)
def test_a_browser_that_cannot_says_so_plainly(browser: Browser, server: LiveServer, language: str, says: str) -> None:
    page, notes = at_reminders(browser, server, script=WITHOUT, language=language)
    expect(page.get_by_text(says)).to_be_visible()
    expect(page.locator("[data-does]:visible")).to_have_count(0)
    assert notes.errors == []


def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, server: LiveServer) -> None:
    page, _ = at_reminders(browser, server, script=SUBSCRIBES)
    for _turn in ("offered", "taken"):
        page.evaluate(axe_source())
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [one["id"] for one in result["violations"]] == []
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if page.get_by_role("button", name=OFFERS).is_visible():
            page.get_by_role("button", name=OFFERS).click()
            page.get_by_text("They come to this device.").wait_for()
