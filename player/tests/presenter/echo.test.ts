// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ElementEcho } from "../../src/presenter";

/** The browser's side of Element Timing: what it was asked to watch, and what it has reported. */
class Reports {
  static readonly supportedEntryTypes: readonly string[] = ["element"];
  static waiting: { identifier: string; renderTime: number }[] = [];

  observe(): void {
    Reports.waiting = [];
  }

  takeRecords(): PerformanceEntry[] {
    return Reports.waiting.splice(0) as unknown as PerformanceEntry[];
  }
}

const unveiled = (): string[] =>
  [...document.querySelectorAll<HTMLImageElement>("img[elementtiming]")]
    .filter((one) => one.style.visibility === "visible")
    .map((one) => one.getAttribute("elementtiming") ?? "");

/** Asks about a refresh and lets the browser show it `latency` ms after its time stamp. */
function show(echo: ElementEcho, frame: number, latency: number | null): void {
  const before = new Set(unveiled());
  echo.ask(frame);
  const identifier = unveiled().find((name) => !before.has(name)) ?? "";
  if (latency !== null) Reports.waiting.push({ identifier, renderTime: frame + latency });
}

beforeEach(() => {
  vi.stubGlobal("PerformanceObserver", Reports);
  Object.defineProperty(HTMLImageElement.prototype, "complete", { configurable: true, get: () => true });
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("the browser's word on when a refresh reached the screen", () => {
  it("is not to be had where Element Timing is unknown", () => {
    vi.stubGlobal("PerformanceObserver", class extends Reports { static override readonly supportedEntryTypes = ["mark"]; });
    expect(ElementEcho.where()).toBeNull();
  });

  it("counts from the latency of an undisturbed refresh", () => {
    const echo = ElementEcho.where();
    if (!echo) throw new Error("There is an echo here.");
    for (const [frame, latency] of [[100, 20], [117, 20], [133, 37]] as const) show(echo, frame, latency);
    expect(echo.delays([100, 117, 133], 200)).toEqual([0, 0, 17]);
  });

  it("keeps to the undisturbed latency while many refreshes are late", () => {
    const echo = ElementEcho.where();
    if (!echo) throw new Error("There is an echo here.");
    show(echo, 0, 20);
    echo.delays([0], 40);
    for (let frame = 100; frame < 900; frame += 100) {
      show(echo, frame, 36);
      expect(echo.delays([frame], frame + 90)).toEqual([16]);
    }
  });

  it("knows the undisturbed latency by one refresh in sixty", () => {
    const echo = ElementEcho.where();
    if (!echo) throw new Error("There is an echo here.");
    show(echo, 0, 6);
    echo.delays([0], 40);
    for (let n = 1; n < 60; n += 1) {
      show(echo, n * 100, 15);
      expect(echo.delays([n * 100], n * 100 + 90)).toEqual([9]);
    }
  });

  it("gets used to a pipeline that became longer for good", () => {
    const echo = ElementEcho.where();
    if (!echo) throw new Error("There is an echo here.");
    const delays = Array.from({ length: 62 }, (_, n) => {
      show(echo, n * 100, n === 0 ? 6 : 23);
      return echo.delays([n * 100], n * 100 + 90)[0];
    });
    expect(delays.slice(-2)).toEqual([0, 0]);
  });

  it("takes silence for a picture not yet shown, once it has heard anything", () => {
    const echo = ElementEcho.where();
    if (!echo) throw new Error("There is an echo here.");
    show(echo, 100, null);
    expect(echo.delays([100], 200)).toEqual([0]);
    show(echo, 300, 20);
    show(echo, 317, null);
    expect(echo.delays([300, 317], 400)).toEqual([0, 63]);
  });

  it("tidies up after each sequence and keeps pictures ready", () => {
    const echo = ElementEcho.where();
    if (!echo) throw new Error("There is an echo here.");
    for (let round = 0; round < 5; round += 1) {
      for (const frame of [100, 117, 133]) show(echo, frame + round * 1000, 20);
      expect(unveiled()).toHaveLength(3);
      echo.delays([100, 117, 133].map((frame) => frame + round * 1000), 200 + round * 1000);
      expect(document.querySelectorAll("img")).toHaveLength(8);
      expect(unveiled()).toHaveLength(0);
    }
  });
});
