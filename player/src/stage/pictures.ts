import type { Picture } from "../presenter";
import type { Field } from "./layout";

/** Makes decoded pictures before a round, so that drawing them later costs no more than a copy. */
export interface PictureMaker {
  /** The text on one line, in `size` pixel letters, condensed if it would be wider than `widest` pixels. */
  word(text: string, size: number, widest: number): Promise<Picture>;
  /** The image scaled to a square of `side` pixels. */
  image(blob: Blob, side: number): Promise<Picture>;
  /** The outlines of the grid's fields, on a picture of the canvas's size. */
  fields(fields: readonly Field[], width: number, height: number): Promise<Picture>;
  /** A cross to look at, `size` pixels wide. */
  cross(size: number): Promise<Picture>;
}

/** The typeface of all stimuli; declared in the pages' style sheet and served from this site. */
export const TYPEFACE = '"Atkinson Hyperlegible Next", system-ui, sans-serif';
const WEIGHT = 500;
/** Corner radius of a field as a share of its side. */
const ROUNDING = 1 / 16;

/** Draws on canvases and hands out bitmaps. */
export class CanvasPictures implements PictureMaker {
  constructor(private readonly ink: string) {}

  /** Resolves when the typeface can be drawn; without it a fall-back would be measured and shown. */
  async ready(): Promise<void> {
    await document.fonts.load(`${WEIGHT} 48px ${TYPEFACE}`);
  }

  async word(text: string, size: number, widest: number): Promise<Picture> {
    const font = `${WEIGHT} ${size}px ${TYPEFACE}`;
    const measure = canvasOf(1, 1);
    measure.font = font;
    // Half a letter of room on each side, for glyphs that reach beyond their advance width.
    const width = Math.min(widest, Math.ceil(measure.measureText(text).width) + size);
    const context = canvasOf(width, Math.ceil(size * 1.6));
    context.font = font;
    context.fillStyle = this.ink;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, context.canvas.width / 2, context.canvas.height / 2, widest);
    return createImageBitmap(context.canvas);
  }

  async image(blob: Blob, side: number): Promise<Picture> {
    const whole = await createImageBitmap(blob, { resizeWidth: side, resizeHeight: side, resizeQuality: "high" });
    const context = canvasOf(side, side);
    context.beginPath();
    context.roundRect(0, 0, side, side, side * ROUNDING);
    context.clip();
    context.drawImage(whole, 0, 0);
    whole.close();
    return createImageBitmap(context.canvas);
  }

  async fields(fields: readonly Field[], width: number, height: number): Promise<Picture> {
    const context = canvasOf(width, height);
    context.strokeStyle = this.ink;
    context.globalAlpha = 0.3;
    context.lineWidth = Math.max(1, Math.round((fields[0]?.side ?? 0) / 120));
    for (const { x, y, side } of fields) {
      context.beginPath();
      context.roundRect(x, y, side, side, side * ROUNDING);
      context.stroke();
    }
    return createImageBitmap(context.canvas);
  }

  async cross(size: number): Promise<Picture> {
    const thick = Math.max(2, Math.round(size / 8));
    const context = canvasOf(size, size);
    context.fillStyle = this.ink;
    context.fillRect(0, Math.round((size - thick) / 2), size, thick);
    context.fillRect(Math.round((size - thick) / 2), 0, thick, size);
    return createImageBitmap(context.canvas);
  }
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser offers no canvas.");
  return context;
}
