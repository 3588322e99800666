import { PACE, type Pace } from "./pace";
import { openShelf, type Shelf } from "./shelf";

/** What a sitting needs of the page it runs in. Tests bring their own network, locks and pace. */
export interface Surroundings {
  fetch: typeof fetch;
  /** Absent where the browser has none (an insecure address, an old browser). */
  locks: LockManager | undefined;
  openShelf: () => Promise<Shelf>;
  csrf: () => string;
  /** Steady milliseconds; never the wall clock, which a person may change. */
  clock: () => number;
  /** A number in [0, 1). */
  chance: () => number;
  /** Hears `online`, `pagehide` and `pageshow`. */
  page: EventTarget;
  /** Hears `visibilitychange`. */
  sight: EventTarget & { readonly visibilityState: DocumentVisibilityState };
  pace: Pace;
}

/** The surroundings in a browser. */
export function browserSurroundings(): Surroundings {
  return {
    fetch: (input, init) => window.fetch(input, init),
    locks: (navigator as { locks?: LockManager }).locks,
    openShelf: () => {
      askToKeep();
      return openShelf();
    },
    csrf: () => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "",
    clock: () => performance.now(),
    chance: Math.random,
    page: window,
    sight: document,
    pace: PACE,
  };
}

/** Asks the browser not to clear the shelf when the disk runs short. A no changes nothing else. */
function askToKeep(): void {
  const { storage } = navigator as { storage?: StorageManager };
  storage?.persist().catch(() => undefined);
}
