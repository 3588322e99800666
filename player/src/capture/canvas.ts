import type { Box } from "./geometry";

/** A drawing surface whose pixels are read back often. */
export class Canvas {
  readonly element = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;

  constructor(width: number, height: number) {
    this.element.width = width;
    this.element.height = height;
    const context = this.element.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("This browser gives no canvas.");
    context.imageSmoothingQuality = "high";
    this.context = context;
  }

  /** Draws `part` of the source over the whole surface; what lies outside the source stays mid-grey. */
  draw(source: CanvasImageSource, part: Box): void {
    const { width, height } = this.element;
    this.context.fillStyle = "#919191"; // the luminance that faces share, as a grey
    this.context.fillRect(0, 0, width, height);
    this.context.drawImage(source, part.x, part.y, part.width, part.height, 0, 0, width, height);
  }

  pixels(): ImageData {
    return this.context.getImageData(0, 0, this.element.width, this.element.height);
  }

  put(pixels: ImageData): void {
    this.context.putImageData(pixels, 0, 0);
  }

  /** The picture as WebP, or as JPEG in browsers that do not write WebP. */
  async encoded(): Promise<Blob> {
    const webp = await this.blob("image/webp", 0.85);
    return webp.type === "image/webp" ? webp : this.blob("image/jpeg", 0.92);
  }

  private blob(type: string, quality: number): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.element.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error("The picture could not be written."));
      }, type, quality);
    });
  }
}
