import type { LeaseAnswer, SittingAnswer, TrainingPlan } from "./contract";
import { Calm } from "./outbox/calm";
import { Courier, type Network } from "./outbox/courier";
import { Holds } from "./outbox/holds";
import { Line } from "./outbox/line";
import { backoff, sleep } from "./outbox/pace";
import { Pictures } from "./outbox/pictures";
import { Post, RefusedError, UnreachableError } from "./outbox/post";
import { Recovery } from "./outbox/recovery";
import { browserSurroundings, type Surroundings } from "./outbox/surroundings";
import type { AnyRecord } from "./record";

export { RefusedError, UnreachableError } from "./outbox/post";
export type { Network } from "./outbox/courier";

const OPENING_TRIES = 3;

/** What is played: the name this browser knows it by, and the address that opens a sitting of it. */
export interface Place {
  readonly key: number | string;
  readonly path: string;
}

/** What an opened sitting answers, whatever is played. */
type Opened = Pick<SittingAnswer, "sitting" | "chain_start" | "lease_seconds"> & { plan: object };

/** One page load of whatever is played, and its talk with the server. */
export interface Talk<A extends Opened = Opened> {
  readonly answer: A;
  /** Whether records outlive a crash of this page; false in browsers that keep nothing (they are still sent). */
  readonly lasting: boolean;
  /** Takes a record: on the shelf within this call, then up. Call it between steps, never inside a critical sequence. */
  record(entry: AnyRecord): void;
  /** Sends all that is there and resolves when the server has it, however long the network takes. */
  flush(): Promise<void>;
  /** Hears false when another window or device took the session over. */
  onHeld(listener: (held: boolean) => void): void;
  /** Hears the state now and at every change. */
  onNetwork(listener: (state: Network) => void): void;
  /** Says good-bye: waits a little for the last acknowledgement; what is left goes up with the next page. */
  close(): Promise<void>;
  /** Milliseconds since the sitting began, by the steady clock. */
  now(): number;
}

/** A sitting of a training session. */
export interface Sitting extends Talk<SittingAnswer> {
  /** Fetches and checks a picture of the plan. @throws RefusedError, UnreachableError */
  picture(id: string): Promise<Blob>;
}

/**
 * Opens a sitting of `session`, after earlier sittings of this browser delivered what they had left.
 *
 * @throws RefusedError with the server's problem; `open-elsewhere` also at once when another tab of this browser plays;
 * `unreachable` when several tries brought no answer.
 */
export async function openSitting(api: string, session: number, takeOver: boolean): Promise<Sitting> {
  return beginSitting(browserSurroundings(), api, session, takeOver);
}

/** As `openSitting`, in given surroundings. */
export function beginSitting(around: Surroundings, api: string, session: number, takeOver: boolean): Promise<Sitting> {
  return sitDown<SittingAnswer>(around, api, { key: session, path: `sessions/${session}/sittings` }, takeOver);
}

/** As `beginSitting`, for whatever stands at `place`. */
export async function sitDown<A extends Opened>(
  around: Surroundings,
  api: string,
  place: Place,
  takeOver: boolean,
): Promise<Talk<A> & Pick<Sitting, "picture">> {
  const { key } = place;
  const post = new Post(api, around);
  const calm = new Calm(around.clock, around.pace);
  const holds = new Holds(around.locks);
  const held = new Held();
  const shelf = await around.openShelf();
  const recovery = new Recovery(shelf, post, calm, around);
  try {
    if (!(await holds.session(key, takeOver, () => { held.set(false); }))) throw openElsewhere();
    await recovery.deliver(holds);
    const answer = await open<A>(post, around, place.path, takeOver || (await recovery.holds(key)));
    const head = { sitting: answer.sitting, session: key, number: 0, hash: answer.chain_start };
    const line = new Line(shelf, { head, entries: [], chunks: [] });
    await holds.sitting(answer.sitting);
    line.begin();
    void recovery.tidy();
    return new OpenSitting({ around, answer, line, post, calm, holds, held, recovery });
  } catch (error) {
    recovery.stop();
    holds.release();
    throw error;
  }
}

function openElsewhere(): RefusedError {
  return new RefusedError({ code: "open-elsewhere", detail: "This session is open in another tab.", awaited: null }, 409);
}

async function open<A extends Opened>(post: Post, around: Surroundings, path: string, takeOver: boolean): Promise<A> {
  for (let failures = 1; ; failures += 1) {
    try {
      const answer = await post.json(path, { json: { take_over: takeOver } });
      if (typeof (answer as Partial<Opened> | null)?.sitting !== "string") throw new UnreachableError("No sitting.");
      return answer as A;
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      if (failures === OPENING_TRIES) throw unreachable(error);
      await sleep(backoff(failures, around.pace, around.chance));
    }
  }
}

function unreachable(error: unknown): RefusedError {
  const detail = error instanceof Error ? error.message : "";
  return new RefusedError({ code: "unreachable", detail, awaited: null }, 0);
}

/** Whether this sitting may play, and who wants to know. What is lost stays lost: the server may hear of it later. */
class Held {
  private held = true;
  private readonly listeners: ((held: boolean) => void)[] = [];

  set(held: boolean): void {
    if (held || !this.held) return;
    this.held = false;
    for (const listener of this.listeners) listener(false);
  }

  listen(listener: (held: boolean) => void): void {
    this.listeners.push(listener);
    if (!this.held) listener(false);
  }
}

interface Parts<A extends Opened> {
  around: Surroundings;
  answer: A;
  line: Line;
  post: Post;
  calm: Calm;
  holds: Holds;
  held: Held;
  recovery: Recovery;
}

class OpenSitting<A extends Opened> implements Talk<A> {
  readonly answer: A;
  private readonly began: number;
  private readonly pictures: Pictures;
  private readonly courier: Courier;
  private readonly networkListeners: ((state: Network) => void)[] = [];
  private readonly heartbeat: ReturnType<typeof setInterval>;
  private readonly away = new AbortController();
  private sealTimer: ReturnType<typeof setTimeout> | undefined;
  private oldest = Infinity;

  constructor(private readonly parts: Parts<A>) {
    const { around, answer, line, post, calm, held } = parts;
    this.answer = answer;
    this.began = around.clock();
    const { assets = [] } = answer.plan as Partial<TrainingPlan>;
    this.pictures = new Pictures({ assets }, answer.sitting, post, around);
    this.courier = new Courier(line, post, calm, around);
    this.courier.lastHeard = this.began;
    this.courier.onHeld = (value) => { held.set(value); };
    this.courier.onNetwork = (state) => { for (const listener of this.networkListeners) listener(state); };
    const often = Math.min(around.pace.heartbeat, (answer.lease_seconds * 1000) / 3);
    this.heartbeat = setInterval(() => void this.beat(often), often / 2);
    this.listen();
  }

  get lasting(): boolean {
    return this.parts.line.kept;
  }

  now(): number {
    return Math.max(0, this.parts.around.clock() - this.began);
  }

  record(entry: AnyRecord): void {
    const { around, line, calm } = this.parts;
    line.append(JSON.stringify(entry));
    calm.rest();
    this.oldest = Math.min(this.oldest, around.clock());
    const border = (entry.kind === "round" && entry.event === "end") || entry.kind === "end";
    const due = line.open >= around.pace.records || around.clock() - this.oldest >= around.pace.seal;
    if (border || due) this.seal();
    else this.sealLater();
    this.courier.wake();
  }

  async flush(): Promise<void> {
    this.seal();
    this.courier.hurry();
    await this.courier.delivered();
  }

  picture(id: string): Promise<Blob> {
    return this.pictures.fetch(id);
  }

  onHeld(listener: (held: boolean) => void): void {
    this.parts.held.listen(listener);
  }

  onNetwork(listener: (state: Network) => void): void {
    this.networkListeners.push(listener);
    listener(this.courier.network);
  }

  async close(): Promise<void> {
    await Promise.race([this.flush(), sleep(this.parts.around.pace.farewell)]);
    this.away.abort();
    clearInterval(this.heartbeat);
    clearTimeout(this.sealTimer);
    this.courier.stop();
    this.parts.recovery.stop();
    await this.parts.line.settled();
    this.parts.holds.release();
  }

  private seal(): void {
    clearTimeout(this.sealTimer);
    this.oldest = Infinity;
    this.parts.line.seal();
  }

  /** While records follow each other this never fires, so that it cannot fall into a sequence. */
  private sealLater(): void {
    clearTimeout(this.sealTimer);
    this.sealTimer = setTimeout(() => {
      this.seal();
      this.courier.wake();
    }, this.parts.around.pace.seal);
  }

  private async beat(often: number): Promise<void> {
    const { around, answer, post, calm, held } = this.parts;
    if (around.clock() - this.courier.lastHeard < often) return;
    await calm.moment(() => this.away.signal.aborted);
    if (this.away.signal.aborted) return;
    try {
      const said = (await post.json(`sittings/${answer.sitting}/lease`, {})) as LeaseAnswer;
      this.courier.heard(true);
      held.set(said.held);
    } catch {
      this.courier.heard(false);
    }
  }

  private listen(): void {
    const { page, sight } = this.parts.around;
    const { signal } = this.away;
    page.addEventListener("pagehide", () => {
      this.seal();
      this.courier.farewell();
    }, { signal });
    page.addEventListener("pageshow", () => { this.courier.hurry(); }, { signal });
    page.addEventListener("online", () => { this.back(); }, { signal });
    sight.addEventListener("visibilitychange", () => {
      if (sight.visibilityState === "hidden") this.seal();
      this.back();
    }, { signal });
  }

  private back(): void {
    this.courier.hurry();
    this.parts.recovery.hurry();
  }
}
