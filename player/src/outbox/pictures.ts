import type { Picture, TrainingPlan } from "../contract";
import { sha256Hex } from "./chain";
import { backoff, sleep } from "./pace";
import { type Post, RefusedError, UnreachableError } from "./post";
import type { Surroundings } from "./surroundings";

const AT_ONCE = 4;
const TRIES = 6;
const LENGTH_BYTES = 4;

/**
 * Takes the picture out of its padding: a length in 4 bytes, most significant first, the image, and filling.
 *
 * @throws RangeError if the length cannot be.
 */
export function unwrapPicture(padded: Uint8Array<ArrayBuffer>): Blob {
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (length === 0 || length > padded.length - LENGTH_BYTES) throw new RangeError("The picture's length is wrong.");
  const image = padded.slice(LENGTH_BYTES, LENGTH_BYTES + length);
  return new Blob([image], { type: imageType(image) });
}

function imageType(image: Uint8Array): string {
  if (image[0] === 0xff && image[1] === 0xd8) return "image/jpeg";
  return image[0] === 0x89 ? "image/png" : "image/webp";
}

/** Fetches the pictures of one sitting, a few at a time, and checks each against the plan. */
export class Pictures {
  private readonly known: Map<string, Picture>;
  private busy = 0;
  private readonly queue: (() => void)[] = [];

  constructor(
    plan: Pick<TrainingPlan, "assets">,
    private readonly sitting: string,
    private readonly post: Post,
    private readonly around: Surroundings,
  ) {
    const pictures = plan.assets.filter((asset) => asset.kind === "picture");
    this.known = new Map(pictures.map((picture) => [picture.id, picture]));
  }

  /**
   * Fetches one picture.
   *
   * @throws RefusedError if the server will not give it; UnreachableError if several tries brought nothing usable;
   * RangeError if the plan knows no such picture.
   */
  async fetch(id: string): Promise<Blob> {
    const picture = this.known.get(id);
    if (!picture) throw new RangeError(`The plan has no picture ${id}.`);
    await this.enter();
    try {
      return await this.tries(picture);
    } finally {
      this.busy -= 1;
      this.queue.shift()?.();
    }
  }

  private async enter(): Promise<void> {
    while (this.busy >= AT_ONCE) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.busy += 1;
  }

  private async tries(picture: Picture): Promise<Blob> {
    for (let failures = 1; ; failures += 1) {
      try {
        return unwrapPicture(await this.verified(picture));
      } catch (error) {
        if (failures === TRIES || error instanceof RefusedError || error instanceof RangeError) throw error;
        await sleep(backoff(failures, this.around.pace, this.around.chance));
      }
    }
  }

  private async verified(picture: Picture): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.post.bytes(`sittings/${this.sitting}/assets/${picture.id}`);
    if (bytes.length !== picture.bytes || sha256Hex(bytes) !== picture.sha256) {
      throw new UnreachableError(`Picture ${picture.id} arrived damaged.`);
    }
    return bytes;
  }
}
