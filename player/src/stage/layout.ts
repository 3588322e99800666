/** A square field in canvas pixels. */
export interface Field {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Wider than the mean letter of any word of the shipped packs in the page's typeface, in ems. */
const LETTER_EMS = 0.6;
/** Largest letters in CSS pixels: large enough at arm's length, small enough for WCAG 2.3.1's small area. */
const LARGEST_WORD = 72;
const LARGEST_FIELD = 300;
const FIELD_GAP = 12;

/**
 * Letter size in canvas pixels at which a word of `letters` characters fits `width`.
 *
 * It depends on the number of characters only, never on what they are, so that two versions look alike.
 */
export function letterSize(width: number, letters: number, largest: number): number {
  return Math.max(8, Math.floor(Math.min(largest, (0.94 * width) / (Math.max(1, letters) * LETTER_EMS))));
}

/** Letter size of words in the middle of a canvas of `width` and `height` pixels at `scale` pixels per CSS pixel. */
export function wordSize(width: number, height: number, letters: number, scale: number): number {
  return letterSize(width, letters, Math.min(LARGEST_WORD * scale, height / 3));
}

/** The four fields of the grid, in reading order, around the middle of the canvas. */
export function gridFields(width: number, height: number, scale: number): Field[] {
  const gap = Math.round(FIELD_GAP * scale);
  const room = Math.min(width, height) - 3 * gap;
  const side = Math.max(1, Math.floor(Math.min(room / 2, LARGEST_FIELD * scale)));
  const left = Math.round((width - 2 * side - gap) / 2);
  const top = Math.round((height - 2 * side - gap) / 2);
  return [0, 1, 2, 3].map((cell) => ({
    x: left + (cell % 2) * (side + gap),
    y: top + Math.floor(cell / 2) * (side + gap),
    side,
  }));
}
