import { FACE } from "./face";

/** Pictures flatter than this (standard deviation by mean) are not stretched but refused; see docs/faces.md. */
const FLATTEST = 0.05;
const PASSES = 8;
/** Shadows lifted by more than this keep only so much of their colour: there it is mostly the camera's noise. */
const MOST_COLOUR = 3;

/** Mean linear-light luminance of the face region and its standard deviation divided by the mean. */
export interface Luminance {
  mean: number;
  contrast: number;
}

type Pixels = Uint8ClampedArray;

const LINEAR = Float64Array.from({ length: 256 }, (_, code) => {
  const c = code / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

function encoded(linear: number): number {
  return 255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055);
}

function linear(pixels: Pixels, index: number): number {
  return LINEAR[pixels[index] ?? 0] ?? 0;
}

function luminanceAt(pixels: Pixels, index: number): number {
  return 0.2126 * linear(pixels, index) + 0.7152 * linear(pixels, index + 1) + 0.0722 * linear(pixels, index + 2);
}

/** The pixels of the face region in a picture of `FACE.side` squared, as offsets into its RGBA bytes. */
const REGION = Array.from({ length: FACE.side ** 2 }, (_, place) => place)
  .filter((place) => {
    const across = ((place % FACE.side) + 0.5 - FACE.region.x) / FACE.region.across;
    const down = (Math.floor(place / FACE.side) + 0.5 - FACE.region.y) / FACE.region.down;
    return across ** 2 + down ** 2 <= 1;
  })
  .map((place) => place * 4);

/** Measures the face region of an RGBA picture of `FACE.side` squared. */
export function measure(pixels: Pixels): Luminance {
  let sum = 0;
  let squares = 0;
  for (const index of REGION) {
    const value = luminanceAt(pixels, index);
    sum += value;
    squares += value * value;
  }
  const mean = sum / REGION.length;
  const deviation = Math.sqrt(Math.max(0, squares / REGION.length - mean * mean));
  return { mean, contrast: mean > 0 ? deviation / mean : 0 };
}

function isMatched(now: Luminance, strictness: number): boolean {
  const mean = Math.abs(now.mean - FACE.mean) * strictness <= FACE.meanTolerance;
  return mean && Math.abs(now.contrast - FACE.contrast) * strictness <= FACE.contrastTolerance;
}

/**
 * Brings the picture's face region to the luminance all faces share, in place, as docs/faces.md lays down.
 *
 * Returns false when it cannot be: too flat to be stretched, or mostly black or white.
 */
export function matchLuminance(pixels: Pixels): boolean {
  let now = measure(pixels);
  if (now.contrast < FLATTEST) return false;
  for (let pass = 0; pass < PASSES && !isMatched(now, 4); pass += 1) {
    stretch(pixels, now);
    now = measure(pixels);
  }
  return isMatched(now, 1);
}

function stretch(pixels: Pixels, { mean, contrast }: Luminance): void {
  const gain = (FACE.contrast * FACE.mean) / (contrast * mean);
  for (let index = 0; index < pixels.length; index += 4) {
    const old = luminanceAt(pixels, index);
    const wanted = Math.min(1, Math.max(0, FACE.mean + (old - mean) * gain));
    paint(pixels, index, old, wanted);
  }
}

/** Gives one pixel a new luminance and its old colour, greyed as far as the display's white and deep shadows demand. */
function paint(pixels: Pixels, index: number, old: number, wanted: number): void {
  const factor = old > 0 ? wanted / old : 0;
  const grey = old > 0 ? 0 : wanted;
  const channels = [0, 1, 2].map((channel) => linear(pixels, index + channel) * factor + grey);
  const most = Math.max(...channels);
  const fitting = most > 1 ? (1 - wanted) / (most - wanted) : 1;
  const share = Math.min(fitting, factor > MOST_COLOUR ? MOST_COLOUR / factor : 1);
  channels.forEach((value, channel) => {
    pixels[index + channel] = Math.round(encoded(Math.min(1, wanted + (value - wanted) * share)));
  });
}

/** Mean linear-light luminance of any RGBA picture, for the live hints. */
export function brightness(pixels: Pixels): number {
  let sum = 0;
  for (let index = 0; index < pixels.length; index += 4) sum += luminanceAt(pixels, index);
  return sum / (pixels.length / 4);
}
