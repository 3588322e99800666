import type { PortraitTexts } from "../contract";
import { Canvas } from "./canvas";
import { FACE } from "./face";
import { fitted } from "./geometry";

const MOST_BYTES = 20 * 1024 * 1024;
const MOST_PIXELS = 40_000_000;
/** Enough for the portrait of anyone who stands not too far off. */
const LONGEST = 1600;

/** A photo that cannot be used; `sentence` names what to tell the person. */
export class PhotoError extends Error {
  constructor(readonly sentence: Extract<keyof PortraitTexts, "not_a_picture" | "heic" | "too_large" | "too_small">) {
    super(sentence);
    this.name = "PhotoError";
  }
}

/** Whether a picture of this many pixels is refused, and why. */
export function sizeFault(width: number, height: number): "too_large" | "too_small" | null {
  if (width * height > MOST_PIXELS) return "too_large";
  return Math.min(width, height) < FACE.side ? "too_small" : null;
}

/** Whether the file is refused before it is opened, and why. */
export function fileFault(file: { size: number; type: string }): "too_large" | "not_a_picture" | null {
  if (file.size > MOST_BYTES) return "too_large";
  const drawing = file.type === "image/svg+xml";
  return drawing || (file.type !== "" && !file.type.startsWith("image/")) ? "not_a_picture" : null;
}

/** Whether the file calls itself HEIC, which most browsers cannot open. */
export function isHeic(file: { name: string; type: string }): boolean {
  return /hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name);
}

/** Opens a photo, upright and no larger than needed. @throws PhotoError */
export async function openPhoto(file: File): Promise<HTMLCanvasElement> {
  const fault = fileFault(file);
  if (fault) throw new PhotoError(fault);
  const url = URL.createObjectURL(file);
  try {
    return drawn(await loaded(url, file));
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The browser reads the size from the file's head; only a picture of bearable size is decoded. */
async function loaded(url: string, file: File): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
    });
  } catch {
    throw new PhotoError(isHeic(file) ? "heic" : "not_a_picture");
  }
  return image;
}

function drawn(image: HTMLImageElement): HTMLCanvasElement {
  const { naturalWidth, naturalHeight } = image;
  const fault = sizeFault(naturalWidth, naturalHeight);
  if (fault) throw new PhotoError(fault);
  const { width, height } = fitted(naturalWidth, naturalHeight, LONGEST);
  const canvas = new Canvas(width, height);
  canvas.draw(image, { x: 0, y: 0, width: naturalWidth, height: naturalHeight });
  return canvas.element;
}
