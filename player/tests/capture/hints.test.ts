import { expect, test } from "vitest";

import { boxInGuide } from "../../src/capture/geometry";
import { hintFor, SteadyHint } from "../../src/capture/hints";

const FIT = boxInGuide();

function sized(factor: number): typeof FIT {
  const width = FIT.width * factor;
  return { x: FIT.x - (width - FIT.width) / 2, y: FIT.y - (width - FIT.width) / 2, width, height: width };
}

test.each([
  ["nobody is there", { face: null, brightness: 0.3 }, "hint_no_face"],
  ["it is too dark to see anybody", { face: null, brightness: 0.01 }, "hint_dark"],
  ["the face is small", { face: sized(0.6), brightness: 0.3 }, "hint_closer"],
  ["the face is large", { face: sized(1.5), brightness: 0.3 }, "hint_farther"],
  ["the face is to the left", { face: { ...FIT, x: FIT.x - 0.2 }, brightness: 0.3 }, "hint_centre"],
  ["the face is too low", { face: { ...FIT, y: FIT.y + 0.2 }, brightness: 0.3 }, "hint_centre"],
  ["the face fits but it is dark", { face: FIT, brightness: 0.02 }, "hint_dark"],
  ["the face fits but it is glaring", { face: FIT, brightness: 0.9 }, "hint_bright"],
  ["everything fits", { face: FIT, brightness: 0.3 }, "hint_good"],
  ["a small difference in size does not matter", { face: sized(1.15), brightness: 0.3 }, "hint_good"],
] as const)("when %s", (_, look, hint) => {
  expect(hintFor(look)).toBe(hint);
});

test("a hint is shown once two looks agree", () => {
  const steady = new SteadyHint();
  expect(steady.next("hint_closer", 0)).toBeNull();
  expect(steady.next("hint_closer", 250)).toBe("hint_closer");
  expect(steady.next("hint_closer", 500)).toBeNull();
});

test("a hint stays long enough to be read out", () => {
  const steady = new SteadyHint();
  steady.next("hint_closer", 0);
  steady.next("hint_closer", 250);
  const shown = [500, 750, 1000, 1250, 1500, 1750, 2000, 2250].map((now) => steady.next("hint_good", now));
  expect(shown).toEqual([null, null, null, null, null, null, null, "hint_good"]);
});

test("hints that keep changing are not shown at all", () => {
  const steady = new SteadyHint();
  const hints = ["hint_closer", "hint_farther", "hint_closer", "hint_farther"] as const;
  expect(hints.map((hint, index) => steady.next(hint, index * 250))).toEqual([null, null, null, null]);
});
