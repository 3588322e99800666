import { describe, expect, it } from "vitest";

import { gridFields, wordSize } from "../../src/stage/layout";

const SCREENS = [
  [320, 380, 1],
  [320, 380, 2],
  [640, 300, 2],
  [1280, 600, 1],
  [3840, 1800, 2],
] as const;

describe.each(SCREENS)("on a canvas of %i x %i pixels at scale %i", (width, height, scale) => {
  it("words of any length fit", () => {
    for (let letters = 1; letters <= 24; letters += 1) {
      expect(wordSize(width, height, letters, scale) * letters * 0.6).toBeLessThanOrEqual(width);
    }
  });

  it("the four fields are equal squares inside the canvas and do not touch", () => {
    const [first, second, third, fourth] = gridFields(width, height, scale);
    if (!first || !second || !third || !fourth) throw new Error("four fields");
    expect(first.x).toBeGreaterThanOrEqual(0);
    expect(first.y).toBeGreaterThanOrEqual(0);
    expect(fourth.x + fourth.side).toBeLessThanOrEqual(width);
    expect(fourth.y + fourth.side).toBeLessThanOrEqual(height);
    expect(second.x).toBeGreaterThan(first.x + first.side);
    expect(third.y).toBeGreaterThan(first.y + first.side);
    expect([second.y, third.x, fourth.x, fourth.y]).toEqual([first.y, first.x, second.x, third.y]);
  });

  it("fields are whole pixels and large enough to tap", () => {
    for (const { x, y, side } of gridFields(width, height, scale)) {
      expect([x, y, side].every(Number.isInteger)).toBe(true);
      expect(side / scale).toBeGreaterThanOrEqual(48);
    }
  });
});
