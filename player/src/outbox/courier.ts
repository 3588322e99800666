import type { Chunk, ChunkAnswer } from "../contract";
import type { Calm } from "./calm";
import type { Line } from "./line";
import { backoff, sleep } from "./pace";
import { type Post, RefusedError, UnreachableError } from "./post";
import type { Surroundings } from "./surroundings";

/** `saved`: the server has everything. `saving`: something is on its way. `offline`: the last try failed. */
export type Network = "saved" | "saving" | "offline";

/** Browsers let all `keepalive` requests of a page weigh 64 KiB together. */
const FAREWELL_BYTES = 60_000;

/**
 * Carries one line's chunks to the server, in order and one at a time, until each is acknowledged.
 *
 * A chunk may arrive twice (an answer was lost); that the server takes it once is the server's part. Nothing is dropped
 * on a refusal: whatever it is, the chunks stay on the shelf for a later page.
 */
export class Courier {
  /** Hears whether the sitting may still play, with every answer. */
  onHeld: (held: boolean) => void = () => undefined;
  /** Hears when what `network` says changes. */
  onNetwork: (state: Network) => void = () => undefined;
  /** When the server last answered, by the steady clock. */
  lastHeard = -Infinity;
  /** Set while the server refuses this line for a reason that time alone does not mend. */
  refusal: RefusedError | null = null;

  private failures = 0;
  private running = false;
  private stopped = false;
  private hurrying = false;
  private state: Network = "saved";
  private wakeUp = new AbortController();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly line: Line,
    private readonly post: Post,
    private readonly calm: Calm,
    private readonly around: Surroundings,
  ) {}

  get network(): Network {
    return this.state;
  }

  /** Begins to deliver what waits, if it is not at it already. */
  wake(): void {
    this.tell();
    if (!this.running && !this.stopped) void this.deliver();
  }

  /** As `wake`, and at once: cuts short any wait, for a retry or for a calm moment. */
  hurry(): void {
    this.hurrying = true;
    this.wakeUp.abort();
    this.calm.release();
    this.wake();
  }

  /** Resolves when the server has everything, or refuses it, or the courier was stopped. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      this.tell();
    });
  }

  /** Resolves when the server has everything, or the courier was stopped. */
  async delivered(): Promise<void> {
    while (!this.line.empty && !this.stopped) {
      await this.settled();
      if (this.refusal) await sleep(this.around.pace.retry);
    }
  }

  /** The page goes: sends what waits in requests that outlive it. Answers are used if there is still someone to hear. */
  farewell(): void {
    let bytes = 0;
    for (const chunk of this.line.waiting) {
      bytes += chunk.body.length * 1.3;
      if (bytes > FAREWELL_BYTES) return;
      this.send(chunk, true).then((answer) => { this.took(chunk, answer); }).catch(() => undefined);
    }
  }

  stop(): void {
    this.stopped = true;
    this.wakeUp.abort();
    this.calm.release();
    this.tell();
  }

  /** Counts a failure or success seen elsewhere (the heartbeat) into what `network` says. */
  heard(ok: boolean): void {
    if (ok) this.lastHeard = this.around.clock();
    this.failures = ok ? 0 : this.failures + 1;
    this.tell();
  }

  private async deliver(): Promise<void> {
    this.running = true;
    for (let chunk = this.line.first; chunk && !this.stopped; chunk = this.line.first) await this.turn(chunk);
    this.running = false;
    this.hurrying = false;
    this.tell();
  }

  private async turn(chunk: Chunk): Promise<void> {
    // A shelf that never answers must not keep records from going up.
    await Promise.race([this.line.settled(), sleep(this.around.pace.answer)]);
    await this.calm.moment(() => this.hurrying || this.stopped);
    if (this.stopped || this.line.first !== chunk) return;
    try {
      this.took(chunk, await this.send(chunk, this.around.sight.visibilityState === "hidden"));
    } catch (error) {
      await this.failed(chunk, error);
    }
  }

  private async send(chunk: Chunk, keepalive: boolean): Promise<ChunkAnswer> {
    const answer = await this.post.json(`sittings/${this.line.sitting}/chunks`, { json: chunk, keepalive });
    if (!isChunkAnswer(answer)) throw new UnreachableError("Someone else answered for the server.");
    return answer;
  }

  private took(chunk: Chunk, answer: ChunkAnswer): void {
    if (answer.acknowledged < chunk.number) throw new UnreachableError("The server did not acknowledge the chunk.");
    this.refusal = null;
    this.line.acknowledge(answer.acknowledged);
    this.heard(true);
    this.onHeld(answer.held);
  }

  private async failed(chunk: Chunk, error: unknown): Promise<void> {
    if (error instanceof RefusedError && (error.problem.awaited ?? 0) > chunk.number) {
      this.line.acknowledge((error.problem.awaited ?? 0) - 1);
      return;
    }
    this.refusal = error instanceof RefusedError ? error : null;
    this.heard(false);
    this.hurrying = false;
    this.wakeUp = new AbortController();
    await sleep(this.wait(error), this.wakeUp.signal);
  }

  private wait(error: unknown): number {
    if (error instanceof RefusedError) return this.around.pace.refused;
    const asked = error instanceof UnreachableError ? error.wait : 0;
    return Math.max(asked, backoff(this.failures, this.around.pace, this.around.chance));
  }

  private tell(): void {
    const done = this.line.empty || this.refusal !== null || this.stopped;
    if (done) {
      for (const resolve of this.waiting) resolve();
      this.waiting.clear();
    }
    const state = this.failures > 0 || this.refusal ? "offline" : this.line.empty ? "saved" : "saving";
    if (state === this.state) return;
    this.state = state;
    this.onNetwork(state);
  }
}

function isChunkAnswer(answer: unknown): answer is ChunkAnswer {
  const { acknowledged, held } = (answer ?? {}) as Partial<ChunkAnswer>;
  return Number.isInteger(acknowledged) && typeof held === "boolean";
}
