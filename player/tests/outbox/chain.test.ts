/// <reference types="node" />
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import type { Chunk } from "../../src/contract";
import { byteLength, chunkHash, sealChunk } from "../../src/outbox/chain";

const CASES = JSON.parse(
  readFileSync(new URL("../../../tests/contract/chunks.json", import.meta.url), "utf8"),
) as Chunk[];

test.each(CASES)("chunk $number of the shared chain has the hash the server computes", (chunk) => {
  expect(chunkHash(chunk.previous, chunk.number, chunk.body)).toBe(chunk.hash);
});

test("closing records writes them as one JSON list, in order", () => {
  const chunk = sealChunk("0".repeat(64), 1, ['{"a":1}', '{"b":"ñ"}']);
  expect(JSON.parse(chunk.body)).toEqual([{ a: 1 }, { b: "ñ" }]);
  expect(chunk.hash).toBe(chunkHash("0".repeat(64), 1, chunk.body));
});

test("a text is weighed in bytes, not in characters", () => {
  expect(byteLength("ñ – 1")).toBe(8);
});
