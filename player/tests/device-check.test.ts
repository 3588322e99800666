// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";

import { uniform } from "../src/chance";
import type { DeviceRules } from "../src/contract";
import { checkDevice, judgeDevice, readDevice, type Reading } from "../src/device-check";
import { jittery, SimulatedDisplay, steady } from "./display";

const RULES: DeviceRules = { refreshes: 120, slowest_hz: 50, jitter_ms: 4, narrowest_px: 300, on_miss: "visible-only" };

function reading(gaps: readonly number[], more: Partial<Reading> = {}): Reading {
  const page = { visible: true, width: 390, height: 844, pixelRatio: 3, touch: true, agent: "test" };
  return { gaps, ...page, ...more };
}

const even = (hz: number, count = 120): number[] => Array.from({ length: count }, () => 1000 / hz);

describe("a display is judged by the study's rules:", () => {
  it.each([60, 75, 90, 120, 144, 240])("steady %i Hz is ok", (hz) => {
    const finding = judgeDevice(reading(even(hz)), RULES);
    expect(finding).toMatchObject({ verdict: "ok", reasons: [] });
    expect(finding.refresh_hz).toBeCloseTo(hz, 2);
  });

  it("30 Hz means that the device saves power", () => {
    expect(judgeDevice(reading(even(30)), RULES)).toMatchObject({ verdict: "visible-only", reasons: ["power-saving"] });
  });

  it("45 Hz is slow", () => {
    expect(judgeDevice(reading(even(45)), RULES)).toMatchObject({ verdict: "visible-only", reasons: ["slow"] });
  });

  it("lost refreshes are jitter", () => {
    const gaps = even(60).map((gap, n) => (n % 10 === 0 ? gap * 2 : gap));
    const finding = judgeDevice(reading(gaps), RULES);
    expect(finding).toMatchObject({ verdict: "visible-only", reasons: ["jitter"] });
    expect(finding.jitter_ms).toBeCloseTo(5, 0);
    expect(finding.worst_gap_ms).toBeCloseTo(33.333, 2);
  });

  it("a rate that changes half way is unstable", () => {
    expect(judgeDevice(reading([...even(120, 60), ...even(60, 60)]), RULES).reasons).toContain("unstable");
  });

  it("a hidden page was not measured and cannot begin", () => {
    const finding = judgeDevice(reading([], { visible: false }), RULES);
    expect(finding).toMatchObject({ verdict: "stop", reasons: ["hidden"], refresh_hz: 0, refreshes: 0 });
  });

  it("a narrow page only warns, because narrowness does not change timing", () => {
    expect(judgeDevice(reading(even(60), { width: 280 }), RULES)).toMatchObject({ verdict: "warn", reasons: ["narrow"] });
  });

  it.each(["warn", "visible-only", "stop"] as const)("a miss leads to what the study file says: %s", (on_miss) => {
    expect(judgeDevice(reading(even(30)), { ...RULES, on_miss }).verdict).toBe(on_miss);
  });

  it("a long agent string is cut to what a record holds", () => {
    expect(judgeDevice(reading(even(60), { agent: "x".repeat(1000) }), RULES).agent).toHaveLength(400);
  });
});

describe("checking the device", () => {
  it("measures as many refreshes as the rules ask and looks at the page", async () => {
    const display = new SimulatedDisplay(steady(120));
    const finding = await display.run(checkDevice(display, RULES));
    expect(finding).toMatchObject({ verdict: "ok", refreshes: 120, visible: true, width: window.innerWidth });
  });

  it("measures once more when the page's own start may have disturbed it", async () => {
    const display = new SimulatedDisplay((n) => (n < 60 && n % 5 === 0 ? 50 : 1000 / 60));
    expect((await display.run(checkDevice(display, RULES))).verdict).toBe("ok");
    expect(display.count).toBeGreaterThan(240);
  });

  it("gives up on a display that stays unsteady", async () => {
    const display = new SimulatedDisplay(jittery(60, 12, uniform(3)));
    expect((await display.run(checkDevice(display, RULES))).verdict).toBe("visible-only");
  });

  it("ends when the page is hidden, although refreshes stop", async () => {
    const display = new SimulatedDisplay(steady(60));
    const coming = readDevice(display, RULES);
    for (let n = 0; n < 20; n += 1) display.refresh();
    const state = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(await coming).toMatchObject({ visible: false, gaps: [] });
    state.mockRestore();
  });
});
