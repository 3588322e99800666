import { describe, expect, it } from "vitest";

import { recordable, refreshRuns, shownRefreshes } from "../../src/presenter/log";
import { criticalGaps, judge, lastNeeded } from "../../src/presenter/verdict";

describe("judging gaps in refreshes", () => {
  it.each([
    [[1, 1, 1], "ok"],
    [[1, 1.5, 1], "ok"],
    [[1, 1.51, 1], "long"],
    [[1, 0.5, 1], "ok"],
    [[1, 0.49, 1], "missed"],
    [[2, 0.1, 1], "long"],
    [[], "ok"],
  ])("%j is %s", (gaps, status) => {
    expect(judge(gaps, 1, false)).toBe(status);
    expect(judge(gaps, 1, true)).toBe("hidden");
  });
});

describe("the critical stretch", () => {
  const stamps = [0, 1, 3, 6, 10, 15, 21, 28];

  it("reaches from one refresh before it to two after it", () => {
    expect(criticalGaps(stamps, { from: 3, until: 4 })).toEqual([3, 4, 5, 6]);
    expect(lastNeeded({ from: 3, until: 4 })).toBe(6);
  });

  it("begins with the first gap there is", () => {
    expect(criticalGaps(stamps, { from: 0, until: 1 })).toEqual([1, 2, 3]);
  });

  it("may be cut off", () => {
    expect(criticalGaps(stamps, { from: 6, until: 7 })).toEqual([6, 7]);
  });

  it("may be missing", () => {
    expect(criticalGaps(stamps, null)).toEqual([]);
  });
});

it("sums up gaps as whole refreshes in a row", () => {
  expect(refreshRuns([0, 10, 20, 50, 60, 64], 10)).toEqual([[1, 2], [3, 1], [1, 1], [0, 1]]);
});

it("tells from the time how many refreshes each phase stayed, those that come twice together", () => {
  const onsets = [{ name: "a", at: 0 }, { name: "b", at: 2 }, { name: "a", at: 3 }];
  expect(shownRefreshes([0, 10, 20, 50, 60], onsets, 4, 10)).toEqual({ a: 3, b: 3 });
});

it("keeps a record's gaps short", () => {
  expect(recordable(Array.from({ length: 3000 }, () => 16.66666))).toHaveLength(2000);
  expect(recordable([16.66666])).toEqual([16.667]);
});
