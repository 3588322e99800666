import { Canvas } from "./canvas";
import { findFace } from "./detector";
import { middleSquare } from "./geometry";
import type { Look } from "./hints";
import { brightness } from "./luminance";

/** Side of the picture looked at for hints, in pixels, and the smallest face worth a hint. */
const LOOK_AT = 240;
const CARE = { smallest: 44, step: 1.1, agreeing: 2 };
const EVERY_MS = 250;

/** The person said no (`refused`), or there is nothing to start (`missing`). */
export class CameraError extends Error {
  constructor(readonly why: "refused" | "missing") {
    super(why);
    this.name = "CameraError";
  }
}

/** The camera that looks at the person, in a video element of the page. */
export class Camera {
  readonly video = document.createElement("video");
  private stream: MediaStream | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  /** Starts the camera; the browser may ask the person first. @throws CameraError */
  async start(): Promise<void> {
    const { mediaDevices } = navigator as { mediaDevices?: MediaDevices };
    if (!mediaDevices) throw new CameraError("missing");
    const video = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } };
    this.stream = await mediaDevices.getUserMedia({ video, audio: false }).catch((error: unknown) => {
      const name = error instanceof DOMException ? error.name : "";
      throw new CameraError(name === "NotAllowedError" || name === "SecurityError" ? "refused" : "missing");
    });
    if (this.stopped) {
      this.stop();
      return;
    }
    Object.assign(this.video, { muted: true, playsInline: true, srcObject: this.stream });
    await this.video.play();
  }

  /** Looks again and again, a few times a second, until the camera stops. */
  watch(see: (look: Look) => void): void {
    const canvas = new Canvas(LOOK_AT, LOOK_AT);
    const look = (): void => {
      if (this.stopped) return;
      if (this.video.videoWidth > 0) see(this.look(canvas));
      this.timer = setTimeout(look, EVERY_MS);
    };
    look();
  }

  /** The picture of this moment, in full size. */
  take(): HTMLCanvasElement {
    const { videoWidth: width, videoHeight: height } = this.video;
    const canvas = new Canvas(width, height);
    canvas.draw(this.video, { x: 0, y: 0, width, height });
    return canvas.element;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
  }

  private look(canvas: Canvas): Look {
    canvas.draw(this.video, middleSquare(this.video.videoWidth, this.video.videoHeight));
    const pixels = canvas.pixels();
    const box = findFace(pixels, CARE);
    const face = box && {
      x: box.x / LOOK_AT, y: box.y / LOOK_AT, width: box.width / LOOK_AT, height: box.height / LOOK_AT,
    };
    return { face, brightness: brightness(pixels.data) };
  }
}
