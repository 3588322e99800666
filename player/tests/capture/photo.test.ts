import { expect, test } from "vitest";

import { fileFault, isHeic, sizeFault } from "../../src/capture/photo";

test.each([
  [{ size: 3_000_000, type: "image/jpeg" }, null],
  [{ size: 3_000_000, type: "" }, null],
  [{ size: 21 * 1024 * 1024, type: "image/jpeg" }, "too_large"],
  [{ size: 1000, type: "application/pdf" }, "not_a_picture"],
  [{ size: 1000, type: "image/svg+xml" }, "not_a_picture"],
])("a file %o: %s", (file, fault) => {
  expect(fileFault(file)).toBe(fault);
});

test.each([
  [4000, 3000, null],
  [8000, 5001, "too_large"],
  [320, 320, null],
  [319, 2000, "too_small"],
  [0, 0, "too_small"],
])("%i x %i pixels: %s", (width, height, fault) => {
  expect(sizeFault(width, height)).toBe(fault);
});

test.each([
  [{ name: "IMG_1.HEIC", type: "" }, true],
  [{ name: "a.jpg", type: "image/heif" }, true],
  [{ name: "a.jpg", type: "image/jpeg" }, false],
])("%o calls itself HEIC: %s", (file, answer) => {
  expect(isHeic(file)).toBe(answer);
});
