import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

import type { Milliseconds, Refreshes } from "../../src/contract";
import { followedRate, gapsOf, rateOf, refreshesFor } from "../../src/presenter";
import { SimulatedDisplay, steady } from "../display";

interface Case {
  duration: Milliseconds | Refreshes;
  refresh_hz: number;
  refreshes: number;
}

const CASES = JSON.parse(
  readFileSync(new URL("../../../tests/contract/refreshes.json", import.meta.url), "utf8"),
) as Case[];

it("turns durations into refreshes as the server does", () => {
  expect(CASES.length).toBeGreaterThan(50);
  for (const { duration, refresh_hz, refreshes } of CASES) {
    expect(refreshesFor(duration, refresh_hz), `${JSON.stringify(duration)} at ${refresh_hz} Hz`).toBe(refreshes);
  }
});

describe("the measured rate", () => {
  it("is exact on coarse time stamps", () => {
    const stamps = Array.from({ length: 121 }, (_, n) => Math.round((n * 10_000) / 143.9) / 10);
    const gaps = stamps.slice(1).map((stamp, n) => stamp - (stamps[n] ?? 0));
    expect(rateOf(gaps)).toBeCloseTo(143.9, 0);
  });

  it("is not moved by a few lost refreshes", () => {
    const gaps = Array.from({ length: 120 }, (_, n) => (n % 20 === 0 ? 50 : 1000 / 60));
    expect(rateOf(gaps)).toBeCloseTo(60, 6);
  });

  it("stays while the display does", () => {
    const gaps = Array.from({ length: 60 }, () => 1000 / 61);
    expect(followedRate(60, gaps, 50)).toBe(60);
  });

  it("stays when there is too little to tell", () => {
    expect(followedRate(60, [8, 8, 8], 50)).toBe(60);
  });
});

it("collects as many gaps as asked, or fewer when stopped", async () => {
  const display = new SimulatedDisplay(steady(60));
  expect(await display.run(gapsOf(display, 30))).toHaveLength(30);
  const start = display.count;
  expect(await display.run(gapsOf(display, 30, () => display.count >= start + 6))).toHaveLength(5);
});
