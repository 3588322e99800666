import "fake-indexeddb/auto";

import type { Chunk, StepRecord } from "../../src/contract";
import type { Pace } from "../../src/outbox/pace";
import { openShelf, type Shelf } from "../../src/outbox/shelf";
import type { Surroundings } from "../../src/outbox/surroundings";
import { beginSitting, type Sitting } from "../../src/sitting";

/** Waits as a player has them, a hundred times faster. */
export const FAST: Pace = {
  records: 8, seal: 50, answer: 150, retry: 2, retryAtMost: 20, refused: 30,
  heartbeat: 40, recovery: 80, calm: 4, silence: 12, farewell: 60,
};

/** A seeded source of chance (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Waiter {
  page: Page;
  grant: () => void;
}

/** Web Locks among the pages of one browser: exclusive ones, with `signal` and `steal`, freed when their page dies. */
class Locks {
  private readonly held = new Map<string, { page: Page; lose: () => void }>();
  private readonly waiting = new Map<string, Waiter[]>();

  forPage(page: Page): LockManager {
    const request = (name: string, options: LockOptions, callback: () => Promise<unknown>): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const lose = (): void => { reject(new DOMException("stolen", "AbortError")); };
        const grant = (): void => {
          this.held.set(name, { page, lose });
          void callback().then((value) => { this.free(name, page); resolve(value); }, reject);
        };
        options.signal?.addEventListener("abort", () => { this.leave(name, page); lose(); });
        if (options.steal) { this.held.get(name)?.lose(); this.held.delete(name); }
        if (this.held.has(name)) this.waiting.set(name, [...(this.waiting.get(name) ?? []), { page, grant }]);
        else grant();
      });
    return { request } as unknown as LockManager;
  }

  died(page: Page): void {
    for (const [name, waiters] of this.waiting) this.waiting.set(name, waiters.filter((one) => one.page !== page));
    for (const [name, holder] of this.held) if (holder.page === page) this.free(name, page);
  }

  private free(name: string, page: Page): void {
    if (this.held.get(name)?.page !== page) return;
    this.held.delete(name);
    this.waiting.get(name)?.shift()?.grant();
  }

  private leave(name: string, page: Page): void {
    this.waiting.set(name, (this.waiting.get(name) ?? []).filter((one) => one.page !== page));
  }
}

let browsers = 0;

/** One browser profile: a shelf that outlives pages, and locks among them. */
export class Browser {
  readonly locks = new Locks();
  private readonly shelfName = `outbox-${++browsers}`;

  constructor(readonly chance: () => number = seeded(1)) {}

  page(): Page {
    return new Page(this);
  }

  openShelf(): Promise<Shelf> {
    return openShelf(this.shelfName);
  }

  /** The numbers of chunks that lie on the shelf, of all sittings. */
  async chunksKept(): Promise<Chunk[]> {
    return (await (await this.openShelf()).load()).flatMap(({ chunks }) => chunks);
  }

  async sittingsKept(): Promise<string[]> {
    return (await (await this.openShelf()).load()).map(({ head }) => head.sitting);
  }
}

class Sight extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";
}

/** One page load. After `crash` nothing it does reaches the network or the shelf. */
export class Page {
  readonly window = new EventTarget();
  readonly sight = new Sight();
  readonly around: Surroundings;
  online = true;
  private readonly life = new AbortController();
  private sitting: Sitting | undefined;

  constructor(private readonly browser: Browser) {
    this.around = {
      fetch: (input, init) => this.fetch(input, init),
      locks: browser.locks.forPage(this),
      openShelf: async () => this.mortal(await browser.openShelf()),
      csrf: () => "token",
      clock: () => performance.now(),
      chance: browser.chance,
      page: this.window,
      sight: this.sight,
      pace: FAST,
    };
  }

  async open(api: string, session = 1, takeOver = false): Promise<Sitting> {
    this.sitting = await beginSitting(this.around, api, session, takeOver);
    return this.sitting;
  }

  /** The page is gone between two instructions: no event, no good-bye. */
  crash(): void {
    this.life.abort();
    this.browser.locks.died(this);
    void this.sitting?.close(); // stops timers only: network and shelf are gone
  }

  private fetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    if (!this.online) return Promise.reject(new TypeError("Failed to fetch"));
    const signals = [this.life.signal, ...(init.signal ? [init.signal] : [])];
    return fetch(input, { ...init, signal: AbortSignal.any(signals) });
  }

  private mortal(shelf: Shelf): Shelf {
    const { signal } = this.life;
    return {
      lasting: shelf.lasting,
      save: (change) => (signal.aborted ? new Promise<void>(() => undefined) : shelf.save(change)),
      load: () => shelf.load(),
      remove: (sitting) => (signal.aborted ? Promise.resolve() : shelf.remove(sitting)),
    };
  }
}

/** A step record with a name of its own. */
export function step(name: string, at = 0): StepRecord {
  return {
    at, kind: "step", step: name, attempt: 1, status: "ok", answer: "left", correct: true, late: false, rt_ms: 512.25,
    input: "key", refresh_hz: 60, shown: { cue: 1, trait: 1 }, gaps_ms: [16.7, 16.6, 16.7], refresh_runs: [[1, 120]],
  };
}

export function names(records: { kind: string }[]): string[] {
  return records.map((record) => ("step" in record ? String(record.step) : record.kind));
}

/** Waits until `condition` holds, for at most ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error("It did not come true within ten seconds.");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
