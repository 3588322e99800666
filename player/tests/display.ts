import type { FittedSurface, Mark, Picture, Placed, RefreshSource } from "../src/presenter";
import type { PictureMaker } from "../src/stage/pictures";

/** The gap before refresh `n`, in ms. */
export type Gaps = (n: number) => number;

/** A steady display. */
export const steady = (hz: number): Gaps => () => 1000 / hz;

/** A display that never loses a refresh but whose time stamps wander by up to `spread` ms either way. */
export function jittery(hz: number, spread: number, draw: () => number): Gaps {
  let before = 0;
  return () => {
    const offset = (draw() * 2 - 1) * spread;
    const gap = 1000 / hz + offset - before;
    before = offset;
    return gap;
  };
}

/** Refreshes without a screen: time passes only while someone waits for it. */
export class SimulatedDisplay implements RefreshSource {
  /** The time stamp of the last refresh. */
  now = 1000;
  count = 0;
  private waiting: ((timestamp: number) => void)[] = [];

  constructor(private readonly gaps: Gaps) {}

  next(callback: (timestamp: number) => void): void {
    this.waiting.push(callback);
  }

  /** Shows one refresh to all who wait. */
  refresh(): void {
    this.count += 1;
    this.now += this.gaps(this.count);
    for (const callback of this.waiting.splice(0)) callback(this.now);
  }

  /** Refreshes until `work` is settled, giving way to everything else in between. */
  async run<T>(work: Promise<T>, each: () => void = () => undefined): Promise<T> {
    const state = { settled: false };
    const watched = work.finally(() => {
      state.settled = true;
    });
    watched.catch(() => undefined);
    while (!state.settled) {
      if (this.waiting.length > 0) this.refresh();
      else await new Promise((resolve) => setTimeout(resolve));
      for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
      each();
    }
    return watched;
  }
}

/** A picture that remembers what it shows. */
export interface Labelled extends Picture {
  readonly label: string;
  readonly closed: () => boolean;
}

/** All labelled pictures that were made and not closed again. */
export const open = new Set<Labelled>();

export function labelled(label: string, width = 100, height = 40): Labelled {
  const picture = { label, width, height, close: () => open.delete(picture), closed: () => !open.has(picture) };
  open.add(picture);
  return picture;
}

/** A surface that remembers what stood on it, and from which refresh on. */
export class RecordingSurface implements FittedSurface {
  readonly scale = 1;
  stale = false;
  readonly shows: { at: number; labels: string[] }[] = [];
  readonly marks: Mark[] = [];

  constructor(
    private readonly display: SimulatedDisplay,
    readonly width = 800,
    readonly height = 600,
  ) {}

  fit(): boolean {
    const changed = this.stale;
    this.stale = false;
    return changed;
  }

  show(placed: readonly Placed[]): void {
    const gone = placed.find(({ picture }) => (picture as Labelled).closed());
    if (gone) throw new Error(`${(gone.picture as Labelled).label} was closed before it was shown.`);
    this.shows.push({ at: this.display.count, labels: placed.map(({ picture }) => (picture as Labelled).label) });
  }

  mark(mark: Mark): void {
    this.marks.push(mark);
  }

  /** How many refreshes the first picture with this label stood. */
  refreshesOf(label: string): number {
    const index = this.shows.findIndex(({ labels }) => labels.includes(label));
    return (this.shows[index + 1]?.at ?? NaN) - (this.shows[index]?.at ?? NaN);
  }
}

/** Makes pictures that are only labels, so that no canvas is needed. */
export const labelMaker: PictureMaker = {
  word: (text, size) => Promise.resolve(labelled(text, Math.ceil(text.length * size * 0.6), size)),
  image: async (blob, side) => labelled(await blob.text(), side, side),
  fields: (_fields, width, height) => Promise.resolve(labelled("fields", width, height)),
  cross: (size) => Promise.resolve(labelled("+", size, size)),
};
