import { Post, RefusedError } from "../outbox/post";
import type { Surroundings } from "../outbox/surroundings";
import type { Portrait } from "./prepare";

/** The person's own portrait on the server. Every call @throws RefusedError or UnreachableError. */
export class PortraitStore {
  private readonly post: Post;

  constructor(api: string, around: Surroundings) {
    this.post = new Post(api, around);
  }

  /** The portrait stored now, or null. */
  async current(): Promise<Blob | null> {
    try {
      return new Blob([await this.post.bytes("portrait")], { type: "image/webp" });
    } catch (error) {
      if (error instanceof RefusedError && error.status === 404) return null;
      throw error;
    }
  }

  async save({ blob, faceFound }: Portrait): Promise<void> {
    const headers = { "Content-Type": blob.type, "X-Face-Found": faceFound ? "yes" : "no" };
    await this.post.empty("portrait", { method: "PUT", body: blob, headers });
  }

  async remove(): Promise<void> {
    await this.post.empty("portrait", { method: "DELETE" });
  }
}
