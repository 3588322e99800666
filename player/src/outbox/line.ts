import type { Chunk } from "../contract";
import { BODY_BYTES, byteLength, MOST_BODY_BYTES, MOST_RECORDS, sealChunk } from "./chain";
import type { Change, Entry, Head, Shelf, Stored } from "./shelf";

/**
 * One sitting's records on their way out: open ones, then chunks that wait to be acknowledged.
 *
 * Memory leads and the shelf follows within the same turn of the page, so that a full or refused shelf costs lasting
 * storage but stops nothing.
 */
export class Line {
  /** Whether everything up to now is on the shelf. */
  kept = true;

  private head: Head;
  private readonly entries: Entry[];
  private readonly chunks: Chunk[];
  private place: number;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly shelf: Shelf,
    { head, entries, chunks }: Stored,
  ) {
    this.head = head;
    this.entries = [...entries];
    this.chunks = [...chunks];
    this.place = entries.at(-1)?.place ?? 0;
  }

  get sitting(): string {
    return this.head.sitting;
  }

  get session(): number | string {
    return this.head.session;
  }

  /** How many records are in no chunk yet. */
  get open(): number {
    return this.entries.length;
  }

  /** The chunk to send next, if any waits. */
  get first(): Chunk | undefined {
    return this.chunks[0];
  }

  /** All chunks that wait to be acknowledged, in order. */
  get waiting(): readonly Chunk[] {
    return this.chunks;
  }

  get empty(): boolean {
    return this.entries.length === 0 && this.chunks.length === 0;
  }

  /** Puts a line without records on the shelf, so that a later page knows of the sitting. */
  begin(): void {
    this.save({});
  }

  /**
   * Takes one record, written as JSON.
   *
   * @throws RangeError if it alone outweighs what a chunk may hold; no record within the contract does.
   */
  append(text: string): void {
    if (byteLength(text) + 2 > MOST_BODY_BYTES) throw new RangeError("This record is too large for any chunk.");
    const entry = { sitting: this.sitting, place: ++this.place, text };
    this.entries.push(entry);
    this.save({ entries: [entry] });
  }

  /** Closes all open records into chunks. */
  seal(): void {
    while (this.entries.length > 0) this.sealOne();
  }

  /** Forgets chunks up to `number`, which the server has. */
  acknowledge(number: number): void {
    const waiting = this.chunks.findIndex((chunk) => chunk.number > number);
    const gone = waiting === -1 ? this.chunks.length : waiting;
    if (gone === 0) return;
    this.chunks.splice(0, gone);
    this.save({ chunksTo: number });
  }

  /** Resolves when all that was taken so far is stored, or cannot be. */
  async settled(): Promise<void> {
    await this.saving;
  }

  /** Takes an empty line off the shelf. */
  async discard(): Promise<void> {
    await this.saving;
    if (this.empty) await this.shelf.remove(this.sitting).catch(() => undefined);
  }

  private sealOne(): void {
    const taken = this.entries.splice(0, this.fitting());
    const chunk = sealChunk(this.head.hash, this.head.number + 1, taken.map(({ text }) => text));
    this.chunks.push(chunk);
    this.head = { ...this.head, number: chunk.number, hash: chunk.hash };
    this.save({ chunks: [chunk], entriesTo: taken.at(-1)?.place ?? 0 });
  }

  /** How many of the open records go into one body: at least one. */
  private fitting(): number {
    let bytes = 1;
    const over = this.entries.findIndex(({ text }) => (bytes += byteLength(text) + 1) > BODY_BYTES);
    return Math.min(MOST_RECORDS, over === -1 ? this.entries.length : Math.max(1, over));
  }

  private save(part: Partial<Change>): void {
    // After a failure the whole line is written, so that one success makes the shelf right again.
    const whole = !this.kept;
    const change = whole ? this.everything() : { ...NOTHING, ...part, head: this.head };
    const done = this.shelf.save(change).then(
      () => { this.kept ||= whole; },
      () => { this.kept = false; },
    );
    this.saving = Promise.all([this.saving, done]).then(() => undefined);
  }

  private everything(): Change {
    return {
      head: this.head,
      entries: this.entries,
      chunks: this.chunks,
      entriesTo: (this.entries[0]?.place ?? this.place + 1) - 1,
      chunksTo: (this.chunks[0]?.number ?? this.head.number + 1) - 1,
    };
  }
}

const NOTHING = { entries: [], chunks: [], entriesTo: 0, chunksTo: 0 };
