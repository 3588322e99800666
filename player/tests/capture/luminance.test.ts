/// <reference types="node" />
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { FACE } from "../../src/capture/face";
import { brightness, matchLuminance, measure } from "../../src/capture/luminance";

interface Case {
  scale: number;
  offset: number;
  before: [number, number];
  after: [number, number];
  probes: [number, number, number, number, number][];
}

const CASES = JSON.parse(
  readFileSync(new URL("../../../tests/contract/luminance.json", import.meta.url), "utf8"),
) as Case[];

/** The made-up colour picture of tests/contract/test_luminance_reference.py. */
function picture({ scale, offset }: Pick<Case, "scale" | "offset">): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(FACE.side ** 2 * 4);
  for (let y = 0; y < FACE.side; y += 1) {
    for (let x = 0; x < FACE.side; x += 1) {
      const channels = [(3 * x + y) >> 2, x + 2 * y + ((x * y) >> 6), (5 * y + x) >> 3];
      const codes = channels.map((value) => (((value % 256) * scale) >> 8) + offset);
      pixels.set([...codes, 255], (y * FACE.side + x) * 4);
    }
  }
  return pixels;
}

test.each(CASES)("a picture of scale $scale, offset $offset measures what numpy measures", (one) => {
  const { mean, contrast } = measure(picture(one));
  expect(mean).toBeCloseTo(one.before[0], 5);
  expect(contrast).toBeCloseTo(one.before[1], 5);
});

test.each(CASES)("a picture of scale $scale, offset $offset is matched as numpy matches it", (one) => {
  const pixels = picture(one);
  expect(matchLuminance(pixels)).toBe(true);
  const { mean, contrast } = measure(pixels);
  expect(mean).toBeCloseTo(one.after[0], 3);
  expect(contrast).toBeCloseTo(one.after[1], 3);
  for (const [x, y, ...wanted] of one.probes) {
    const at = (y * FACE.side + x) * 4;
    const off = wanted.map((value, channel) => Math.abs(value - (pixels[at + channel] ?? NaN)));
    expect(Math.max(...off), `pixel ${x}, ${y}`).toBeLessThanOrEqual(1);
  }
});

test("a matched picture is within the tolerances that every face keeps", () => {
  const pixels = picture({ scale: 90, offset: 10 });
  matchLuminance(pixels);
  const { mean, contrast } = measure(pixels);
  expect(Math.abs(mean - FACE.mean)).toBeLessThanOrEqual(FACE.meanTolerance);
  expect(Math.abs(contrast - FACE.contrast)).toBeLessThanOrEqual(FACE.contrastTolerance);
});

test("a flat picture is refused and left as it was", () => {
  const flat = new Uint8ClampedArray(FACE.side ** 2 * 4).fill(120);
  expect(matchLuminance(flat)).toBe(false);
  expect(new Set(flat)).toEqual(new Set([120]));
});

test("a black picture is refused", () => {
  expect(matchLuminance(new Uint8ClampedArray(FACE.side ** 2 * 4))).toBe(false);
});

test("white is as bright as can be", () => {
  expect(brightness(new Uint8ClampedArray(400).fill(255))).toBeCloseTo(1, 10);
});
