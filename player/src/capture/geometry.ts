import { FACE } from "./face";

/** A rectangle in pixels of some picture. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Where the eyes lie in the detector's box, in shares of its width and height. Reconstructed from photographs (the box of
 * OpenCV's frontal-face cascade): their middle, and their distance.
 */
export const EYES_IN_BOX = { x: 0.5, y: 0.37, gap: 0.43 };

/** The square of the source picture that becomes the portrait when a face was found in `box`. */
export function cropAround(box: Box): Box {
  const scale = (EYES_IN_BOX.gap * box.width) / FACE.eyes.gap;
  const side = FACE.side * scale;
  const x = box.x + EYES_IN_BOX.x * box.width - FACE.eyes.x * scale;
  const y = box.y + EYES_IN_BOX.y * box.height - FACE.eyes.y * scale;
  return { x, y, width: side, height: side };
}

/** The box a face has that fits the guide exactly, in shares of the guide's square. */
export function boxInGuide(): Box {
  const size = FACE.eyes.gap / EYES_IN_BOX.gap / FACE.side;
  const x = FACE.eyes.x / FACE.side - EYES_IN_BOX.x * size;
  const y = FACE.eyes.y / FACE.side - EYES_IN_BOX.y * size;
  return { x, y, width: size, height: size };
}

/** The largest square in the middle of a picture: what the guide shows, and what is used when no face was found. */
export function middleSquare(width: number, height: number): Box {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side };
}

/** Width and height scaled down so that the longer one is at most `longest`. */
export function fitted(width: number, height: number, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
