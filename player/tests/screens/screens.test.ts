// @vitest-environment jsdom
import { afterEach, describe, expect, it, vi } from "vitest";

import { Screens, splitHeadline } from "../../src/screens/screens";

const button = (screens: Screens, label: string): HTMLButtonElement => {
  const found = [...screens.root.querySelectorAll("button")].find((each) => each.textContent.startsWith(label));
  if (!found) throw new Error(`No button ${label}.`);
  return found;
};

function setUp(autopilot: number | null = null): Screens {
  const screens = new Screens({ help: "Need help now?" }, "/help/", autopilot);
  document.body.replaceChildren(screens.root);
  return screens;
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a screen", () => {
  it("makes its first sentence the heading and gives it the focus, so that it is read out", () => {
    const screens = setUp();
    screens.show({ says: "Paused. Take the time you need.", more: ["More."] });
    const heading = screens.root.querySelector("h1");
    expect(heading?.textContent).toBe("Paused.");
    expect(document.activeElement).toBe(heading);
    expect([...screens.root.querySelectorAll(".screen-text p")].map((each) => each.textContent)).toEqual(["Take the time you need.", "More."]);
  });

  it("resolves with what was chosen", async () => {
    const screens = setUp();
    const choice = screens.choose({ says: "Leave?", actions: [{ key: "stay", label: "Stay" }, { key: "go", label: "Leave", quiet: true }] });
    button(screens, "Leave").click();
    expect(await choice).toBe("go");
  });

  it("goes on with Enter from the heading", async () => {
    const screens = setUp();
    const choice = screens.choose({ says: "Ready?", actions: [{ key: "go", label: "Go" }] });
    screens.root.querySelector("h1")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(await choice).toBe("go");
  });

  it("keeps a rest closed until it has lasted long enough, and says how long", () => {
    vi.useFakeTimers();
    const screens = setUp();
    void screens.choose({ says: "Rest.", actions: [{ key: "on", label: "Go on", after: 3000 }] });
    expect(button(screens, "Go on").disabled).toBe(true);
    expect(button(screens, "Go on").textContent).toBe("Go on (3)");
    vi.advanceTimersByTime(3100);
    expect(button(screens, "Go on").disabled).toBe(false);
    expect(button(screens, "Go on").textContent).toBe("Go on");
  });

  it("shows text as text", () => {
    const screens = setUp();
    screens.show({ says: "<b>Bold</b>" });
    expect(screens.root.querySelector("h1")?.textContent).toBe("<b>Bold</b>");
  });

  it("always offers help, beside the session", () => {
    const screens = setUp();
    screens.show({ says: "Paused." });
    const link = screens.root.querySelector<HTMLAnchorElement>("a.help-now");
    expect(link?.getAttribute("href")).toBe("/help/");
    expect(link?.target).toBe("_blank");
  });

  it("says network news politely and only when it changes", () => {
    const screens = setUp();
    screens.say("No connection.");
    expect(screens.root.querySelector("[role=status]")?.textContent).toBe("No connection.");
  });
});

it("lets a bot take the first action, never a quiet one", async () => {
  const screens = setUp(1);
  const choice = screens.choose({ says: "Go?", actions: [{ key: "leave", label: "Leave", quiet: true }, { key: "go", label: "Go" }] });
  expect(await choice).toBe("go");
});

it.each([
  ["One. Two. Three.", "One.", "Two. Three."],
  ["Only one", "Only one", ""],
  ["Ready? Go on.", "Ready?", "Go on."],
  ["At 3.5 it is fine. Yes.", "At 3.5 it is fine.", "Yes."],
])("splits %j after its first sentence", (text, headline, rest) => {
  expect(splitHeadline(text)).toEqual([headline, rest]);
});
