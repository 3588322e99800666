import { jsfeat } from "./jsfeat-global";
// The cascade needs the global that the module above sets: keep this order.
import "jsfeat/cascades/frontalface.js";

import type { Box } from "./geometry";

/** The cascade's window, in pixels. */
const WINDOW = 20;

/** How hard to look. */
export interface Care {
  /** The smallest face looked for, in pixels of the picture given. */
  smallest: number;
  /** Each size looked for is larger than the one before by this factor; a smaller factor costs more and misses less. */
  step: number;
  /** So many neighbouring windows must agree. */
  agreeing: number;
}

export interface Pixels {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

function grey({ data, width, height }: Pixels): InstanceType<typeof jsfeat.matrix_t> {
  const matrix = new jsfeat.matrix_t(width, height, jsfeat.U8_t | jsfeat.C1_t);
  for (let place = 0; place < width * height; place += 1) {
    const at = place * 4;
    matrix.data[place] = 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
  }
  return matrix;
}

/**
 * Finds the plainest upright face looking at the camera, or null. Everything happens in this page.
 *
 * The work grows with the picture's area: give it one of about 320 pixels.
 */
export function findFace(pixels: Pixels, { smallest, step, agreeing }: Care): Box | null {
  const { width, height } = pixels;
  const cells = (width + 1) * (height + 1);
  const [sum, squares, tilted] = [new Int32Array(cells), new Float64Array(cells), new Int32Array(cells)];
  jsfeat.imgproc.compute_integral_image(grey(pixels), sum, squares, tilted);
  const { haar } = jsfeat;
  const scale = Math.max(1, smallest / WINDOW);
  const windows = haar.detect_multi_scale(sum, squares, tilted, null, width, height, haar.frontalface, step, scale);
  const faces = haar.group_rectangles(windows, agreeing).sort((a, b) => b.neighbors - a.neighbors || b.width - a.width);
  const best = faces[0];
  return best ? { x: best.x, y: best.y, width: best.width, height: best.height } : null;
}
