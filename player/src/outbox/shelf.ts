import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Chunk } from "../contract";

/** Where the chain of a sitting stands: its last closed chunk. `session` lets a later page find its own sittings. */
export interface Head {
  sitting: string;
  session: number | string;
  number: number;
  hash: string;
}

/** A record as written, with its place in the sitting. */
export interface Entry {
  sitting: string;
  place: number;
  text: string;
}

/** What one sitting still has to deliver. */
export interface Stored {
  head: Head;
  entries: Entry[];
  chunks: Chunk[];
}

/** What became of one sitting; saved in one transaction, so that a crash leaves either the old state or the new one. */
export interface Change {
  head: Head;
  entries: readonly Entry[];
  chunks: readonly Chunk[];
  /** Entries up to this place went into a chunk. */
  entriesTo: number;
  /** Chunks up to this number were acknowledged. */
  chunksTo: number;
}

/** Lasting storage of this browser, or the lack of it. */
export interface Shelf {
  readonly lasting: boolean;
  /** Hands the change over before it returns; the promise tells when it is stored, and rejects when it cannot be. */
  save(change: Change): Promise<void>;
  load(): Promise<Stored[]>;
  remove(sitting: string): Promise<void>;
}

interface Layout extends DBSchema {
  sittings: { key: string; value: Head };
  entries: { key: [string, number]; value: Entry };
  chunks: { key: [string, number]; value: Chunk & { sitting: string } };
}

const STORES = ["sittings", "entries", "chunks"] as const;
const OPENING_MS = 3000;

function upTo(sitting: string, last: number): IDBKeyRange {
  return IDBKeyRange.bound([sitting, 0], [sitting, last]);
}

/** A shelf in IndexedDB. */
class IndexedShelf implements Shelf {
  readonly lasting = true;

  constructor(private readonly database: IDBPDatabase<Layout>) {}

  async save(change: Change): Promise<void> {
    const { head, entries, chunks, entriesTo, chunksTo } = change;
    // A chunk is worth waiting for the disk; a single record is not, and is safe from any crash but the machine's own.
    const durability = chunks.length > 0 ? "strict" : "relaxed";
    const transaction = this.database.transaction(STORES, "readwrite", { durability });
    const work: Promise<unknown>[] = [transaction.objectStore("sittings").put(head)];
    for (const entry of entries) work.push(transaction.objectStore("entries").put(entry));
    for (const chunk of chunks) work.push(transaction.objectStore("chunks").put({ ...chunk, sitting: head.sitting }));
    if (entriesTo > 0) work.push(transaction.objectStore("entries").delete(upTo(head.sitting, entriesTo)));
    if (chunksTo > 0) work.push(transaction.objectStore("chunks").delete(upTo(head.sitting, chunksTo)));
    // Without this the browser would wait for another turn of the page before it commits; a crash may come first.
    transaction.commit();
    await Promise.all([...work, transaction.done]);
  }

  async load(): Promise<Stored[]> {
    const transaction = this.database.transaction(STORES);
    const [heads, entries, chunks] = await Promise.all([
      transaction.objectStore("sittings").getAll(),
      transaction.objectStore("entries").getAll(),
      transaction.objectStore("chunks").getAll(),
    ]);
    return heads.map((head) => ({
      head,
      entries: entries.filter(({ sitting }) => sitting === head.sitting),
      chunks: chunks
        .filter(({ sitting }) => sitting === head.sitting)
        .map(({ number, previous, body, hash }) => ({ number, previous, body, hash })),
    }));
  }

  async remove(sitting: string): Promise<void> {
    const transaction = this.database.transaction(STORES, "readwrite");
    await Promise.all([
      transaction.objectStore("sittings").delete(sitting),
      transaction.objectStore("entries").delete(upTo(sitting, Infinity)),
      transaction.objectStore("chunks").delete(upTo(sitting, Infinity)),
      transaction.done,
    ]);
  }
}

/** No storage at all (private window, refused, broken): the page's memory is all there is. */
const NO_SHELF: Shelf = {
  lasting: false,
  save: () => Promise.reject(new Error("This browser keeps nothing.")),
  load: () => Promise.resolve([]),
  remove: () => Promise.resolve(),
};

function giveUpAfter(ms: number): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => { reject(new Error("IndexedDB did not open.")); }, ms));
}

/** Opens this browser's shelf. Never fails: where nothing can be kept, the answer says so by `lasting`. */
export async function openShelf(name = "daybreak-outbox"): Promise<Shelf> {
  try {
    const opening = openDB<Layout>(name, 1, {
      upgrade(database) {
        database.createObjectStore("sittings", { keyPath: "sitting" });
        database.createObjectStore("entries", { keyPath: ["sitting", "place"] });
        database.createObjectStore("chunks", { keyPath: ["sitting", "number"] });
      },
    });
    // Safari at times never answers an open request.
    return new IndexedShelf(await Promise.race([opening, giveUpAfter(OPENING_MS)]));
  } catch {
    return NO_SHELF;
  }
}
