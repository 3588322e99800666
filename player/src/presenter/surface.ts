/** Anything the canvas can draw without decoding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Frees its memory. */
  close?(): void;
}

/** A decoded picture and the canvas pixel of its top left corner. */
export interface Placed {
  readonly picture: Picture;
  readonly x: number;
  readonly y: number;
}

/** Which refresh this is: number of the sequence on this surface, of the phase in it, of the refresh in it. */
export interface Mark {
  readonly step: number;
  readonly phase: number;
  readonly refresh: number;
}

/** Draws a code for an outside observer onto every refresh. Tests only; the page people use has none. */
export type Witness = (context: CanvasRenderingContext2D, mark: Mark) => void;

/** Where phases are drawn. */
export interface Surface {
  readonly width: number;
  readonly height: number;
  /** Replaces all that is shown. */
  show(placed: readonly Placed[]): void;
  /** Called at every refresh of a sequence, after `show`. */
  readonly mark?: (mark: Mark) => void;
}

/** A surface that follows the size of the page. */
export interface FittedSurface extends Surface {
  /** Canvas pixels per CSS pixel, for sizes meant for the eye. */
  readonly scale: number;
  /** The page no longer has the size the surface was fitted to. */
  readonly stale: boolean;
  /** Takes the page's size. Returns whether anything changed. */
  fit(): boolean;
}

/** The one opaque canvas. Opaque spares the compositor from blending, and the picture is complete in itself. */
export class CanvasSurface implements FittedSurface {
  readonly mark?: (mark: Mark) => void;
  private readonly context: CanvasRenderingContext2D;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly background: string,
    witness?: Witness,
  ) {
    const context = canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("This browser offers no canvas.");
    this.context = context;
    if (witness) {
      this.mark = (mark) => {
        witness(context, mark);
      };
    }
    this.show([]);
  }

  get width(): number {
    return this.canvas.width;
  }

  get height(): number {
    return this.canvas.height;
  }

  get scale(): number {
    return window.devicePixelRatio || 1;
  }

  get stale(): boolean {
    const { width, height } = this.wanted();
    return width !== this.canvas.width || height !== this.canvas.height;
  }

  fit(): boolean {
    if (!this.stale) return false;
    Object.assign(this.canvas, this.wanted());
    this.show([]);
    return true;
  }

  /** The element's size in whole device pixels, so that nothing is drawn between two. */
  private wanted(): { width: number; height: number } {
    const pixels = (length: number): number => Math.max(1, Math.round(length * this.scale));
    return { width: pixels(this.canvas.clientWidth), height: pixels(this.canvas.clientHeight) };
  }

  show(placed: readonly Placed[]): void {
    this.context.fillStyle = this.background;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { picture, x, y } of placed) this.context.drawImage(picture as ImageBitmap, x, y);
  }
}

/** `picture` with its middle on the given pixel. */
export function centredOn(picture: Picture, x: number, y: number): Placed {
  return { picture, x: Math.round(x - picture.width / 2), y: Math.round(y - picture.height / 2) };
}
