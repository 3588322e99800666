import { Canvas } from "./canvas";
import { findFace } from "./detector";
import { FACE } from "./face";
import { type Box, cropAround, fitted, middleSquare } from "./geometry";
import { matchLuminance } from "./luminance";

/** The detector looks at a picture of this length. */
const LOOK_AT = 320;
export const CARE = { smallest: 30, step: 1.05, agreeing: 4 };

/** A portrait ready to be shown and sent. */
export interface Portrait {
  picture: HTMLCanvasElement;
  blob: Blob;
  faceFound: boolean;
}

/** Finds the face, crops, matches the luminance and encodes. Null: too dark or too even to use. */
export async function preparePortrait(source: HTMLCanvasElement): Promise<Portrait | null> {
  const face = faceIn(source);
  const canvas = new Canvas(FACE.side, FACE.side);
  canvas.draw(source, face ? cropAround(face) : middleSquare(source.width, source.height));
  const pixels = canvas.pixels();
  if (!matchLuminance(pixels.data)) return null;
  canvas.put(pixels);
  return { picture: canvas.element, blob: await canvas.encoded(), faceFound: face !== null };
}

function faceIn(source: HTMLCanvasElement): Box | null {
  const small = fitted(source.width, source.height, LOOK_AT);
  const canvas = new Canvas(small.width, small.height);
  canvas.draw(source, { x: 0, y: 0, width: source.width, height: source.height });
  const box = findFace(canvas.pixels(), CARE);
  const scale = source.width / small.width;
  return box && { x: box.x * scale, y: box.y * scale, width: box.width * scale, height: box.height * scale };
}
