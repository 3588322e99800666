import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import type { Chunk } from "../contract";

/** The most one chunk's body may weigh in UTF-8 bytes; the server's own limit (`core/records.py`). */
export const MOST_BODY_BYTES = 64 * 1024;

/** The most records one chunk may hold (`core/records.py`). */
export const MOST_RECORDS = 200;

/**
 * A chunk is closed before its body grows past this many bytes: with its quotation marks escaped it must stay under the
 * 64 KiB that browsers allow a `keepalive` request.
 */
export const BODY_BYTES = 32 * 1024;

/** SHA-256 of `bytes` in hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** The hash that chains a chunk to the one before it; the same as `chunk_hash` of `core/records.py`. */
export function chunkHash(previous: string, number: number, body: string): string {
  return sha256Hex(utf8ToBytes(`${previous}\n${number}\n${body}`));
}

/** The weight of a text in UTF-8 bytes. */
export function byteLength(text: string): number {
  return utf8ToBytes(text).length;
}

/** Closes records, each already written as JSON, into chunk `number`. */
export function sealChunk(previous: string, number: number, records: readonly string[]): Chunk {
  const body = `[${records.join(",")}]`;
  return { number, previous, body, hash: chunkHash(previous, number, body) };
}
