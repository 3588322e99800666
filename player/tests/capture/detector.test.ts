/// <reference types="node" />
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { findFace, type Pixels } from "../../src/capture/detector";
import { cropAround } from "../../src/capture/geometry";
import { FACE } from "../../src/capture/face";
import { CARE } from "../../src/capture/prepare";

const SIDE = 128;

/**
 * Rows 20-220 and columns 125-325 of the astronaut photograph that scikit-image ships (NASA, public domain), as grey values
 * of 128 x 128 pixels. Her eyes, measured by hand on the original, are at (203, 101) and (247, 103).
 */
const ASTRONAUT = readFileSync(new URL("astronaut-grey-128.bin", import.meta.url));
const SCALE = SIDE / 200;
const EYES = { left: { x: (203 - 125) * SCALE, y: (101 - 20) * SCALE }, right: { x: (247 - 125) * SCALE, y: (103 - 20) * SCALE } };

function coloured(grey: (place: number) => number): Pixels {
  const data = new Uint8ClampedArray(SIDE ** 2 * 4).fill(255);
  for (let place = 0; place < SIDE ** 2; place += 1) data.fill(grey(place), place * 4, place * 4 + 3);
  return { data, width: SIDE, height: SIDE };
}

const astronaut = coloured((place) => ASTRONAUT[place] ?? 0);

test("a real face is found, and the crop puts its eyes near where all faces have them", () => {
  const box = findFace(astronaut, CARE);
  if (!box) throw new Error("No face was found.");
  const crop = cropAround(box);
  const scale = FACE.side / crop.width;
  const [left, right] = [EYES.left, EYES.right].map(({ x, y }) => ({ x: (x - crop.x) * scale, y: (y - crop.y) * scale }));
  expect(Math.abs((left?.x ?? 0) - (FACE.eyes.x - FACE.eyes.gap / 2))).toBeLessThan(14);
  expect(Math.abs((right?.x ?? 0) - (FACE.eyes.x + FACE.eyes.gap / 2))).toBeLessThan(14);
  expect(Math.abs((left?.y ?? 0) - FACE.eyes.y)).toBeLessThan(14);
  expect(Math.abs((right?.y ?? 0) - FACE.eyes.y)).toBeLessThan(14);
});

test("a dim picture of the face is enough", () => {
  expect(findFace(coloured((place) => (ASTRONAUT[place] ?? 0) * 0.3), CARE)).not.toBeNull();
});

test("the face upside down is not taken for a face", () => {
  expect(findFace(coloured((place) => ASTRONAUT[SIDE ** 2 - 1 - place] ?? 0), CARE)).toBeNull();
});

test("no face is found in plain grey or in noise", () => {
  let state = 1;
  const noise = coloured(() => ((state = (state * 48271) % 2147483647), state % 256));
  expect(findFace(coloured(() => 128), CARE)).toBeNull();
  expect(findFace(noise, CARE)).toBeNull();
});
