import { expect, test } from "vitest";

import { backoff, PACE, sleep } from "../../src/outbox/pace";
import { seeded } from "./browser";

test("waits double up to a limit", () => {
  const longest = [1, 2, 3, 6, 7, 50].map((failures) => backoff(failures, PACE, () => 1));
  expect(longest).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
});

test("waits are spread, but never under half", () => {
  const chance = seeded(3);
  const waits = Array.from({ length: 100 }, () => backoff(3, PACE, chance));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000);
  expect(Math.max(...waits)).toBeLessThan(2000);
  expect(new Set(waits).size).toBe(100);
});

test("a wait ends at once when it is called off, before or during it", async () => {
  const called = new AbortController();
  const during = sleep(60_000, called.signal);
  called.abort();
  await during;
  await sleep(60_000, called.signal);
});
