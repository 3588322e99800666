import { expect, test } from "vitest";

import { FACE } from "../../src/capture/face";
import { boxInGuide, cropAround, EYES_IN_BOX, fitted, middleSquare } from "../../src/capture/geometry";
import { seeded } from "../outbox/browser";

test("whatever the box, its eyes land where all faces have them", () => {
  const chance = seeded(7);
  for (let run = 0; run < 200; run += 1) {
    const side = 40 + chance() * 800;
    const box = { x: chance() * 1000 - 200, y: chance() * 1000 - 200, width: side, height: side };
    const crop = cropAround(box);
    const scale = FACE.side / crop.width;
    expect((box.x + EYES_IN_BOX.x * side - crop.x) * scale).toBeCloseTo(FACE.eyes.x, 6);
    expect((box.y + EYES_IN_BOX.y * side - crop.y) * scale).toBeCloseTo(FACE.eyes.y, 6);
    expect(EYES_IN_BOX.gap * side * scale).toBeCloseTo(FACE.eyes.gap, 6);
    expect(crop.height).toBe(crop.width);
  }
});

test("a face that fits the guide is cropped to just the guide", () => {
  const crop = cropAround(boxInGuide());
  expect(crop.x).toBeCloseTo(0, 10);
  expect(crop.y).toBeCloseTo(0, 10);
  expect(crop.width).toBeCloseTo(1, 10);
});

test.each([
  [640, 480, { x: 80, y: 0, width: 480, height: 480 }],
  [480, 640, { x: 0, y: 80, width: 480, height: 480 }],
  [500, 500, { x: 0, y: 0, width: 500, height: 500 }],
])("the middle square of %i x %i", (width, height, square) => {
  expect(middleSquare(width, height)).toEqual(square);
});

test.each([
  [4000, 3000, { width: 1600, height: 1200 }],
  [320, 400, { width: 320, height: 400 }],
  [90000, 1, { width: 1600, height: 1 }],
])("%i x %i is made to fit 1600 and never enlarged", (width, height, size) => {
  expect(fitted(width, height, 1600)).toEqual(size);
});
