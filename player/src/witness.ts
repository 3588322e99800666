import type { Mark, Witness } from "./presenter";

/*
 * A bar code for an observer outside the page; tests and benchmarks only, in no bundle that people use.
 *
 * 40 cells of 8 x 8 canvas pixels in the top left corner, white for 1 and black for 0, most significant bit first:
 *   8 bits  10101100, to find and check the row
 *  12 bits  step: number of the sequence on this canvas, modulo 4096
 *   4 bits  phase: number of the phase in its sequence, phases of no length not counted
 *  12 bits  refresh: number of the refresh in its sequence, modulo 4096
 *   4 bits  sum of the three numbers, modulo 16
 */
const CELL = 8;
const LEAD = 0b10101100;

/** The bits of one mark, in drawing order. */
export function barCode(mark: Mark): boolean[] {
  const step = mark.step % 4096;
  const refresh = mark.refresh % 4096;
  const sum = (step + mark.phase + refresh) % 16;
  return [...bits(LEAD, 8), ...bits(step, 12), ...bits(mark.phase, 4), ...bits(refresh, 12), ...bits(sum, 4)];
}

function bits(value: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((value >> (count - 1 - index)) & 1) === 1);
}

/** Draws the bar code onto every refresh. */
export const drawBarCode: Witness = (context, mark) => {
  barCode(mark).forEach((bit, index) => {
    context.fillStyle = bit ? "#ffffff" : "#000000";
    context.fillRect(index * CELL, 0, CELL, CELL);
  });
};

/**
 * Draws the bar code onto the first refresh of each phase only.
 *
 * The page then draws no more frames than without it, and a screencast is not misled into taking the bar code for an
 * animation and thinning it out.
 */
export function barCodeAtOnsets(): Witness {
  let last = "";
  return (context, mark) => {
    const phase = `${mark.step}/${mark.phase}`;
    if (phase !== last) drawBarCode(context, mark);
    last = phase;
  };
}
