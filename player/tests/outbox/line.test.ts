import { expect, test } from "vitest";

import { BODY_BYTES, chunkHash, MOST_BODY_BYTES } from "../../src/outbox/chain";
import { Line } from "../../src/outbox/line";
import { Browser } from "./browser";

const START = "0".repeat(64);

async function newLine(browser = new Browser()): Promise<Line> {
  const head = { sitting: "s", session: 1, number: 0, hash: START };
  return new Line(await browser.openShelf(), { head, entries: [], chunks: [] });
}

test("chunks are numbered from one and each holds the hash of the one before", async () => {
  const line = await newLine();
  for (const text of ["1", "2", "3"]) {
    line.append(text);
    line.seal();
  }
  expect(line.waiting.map(({ number }) => number)).toEqual([1, 2, 3]);
  let previous = START;
  for (const chunk of line.waiting) {
    expect(chunk.previous).toBe(previous);
    previous = chunkHash(chunk.previous, chunk.number, chunk.body);
    expect(chunk.hash).toBe(previous);
  }
});

test("large records are spread over chunks that the server and a farewell request can carry", async () => {
  const line = await newLine();
  const record = JSON.stringify({ gaps: Array.from({ length: 2000 }, () => 16.667) });
  for (let number = 0; number < 9; number += 1) line.append(record);
  line.seal();
  expect(line.waiting.length).toBeGreaterThan(1);
  for (const { body } of line.waiting) expect(body.length).toBeLessThanOrEqual(BODY_BYTES + 2);
  expect(line.waiting.flatMap(({ body }) => JSON.parse(body) as unknown[])).toHaveLength(9);
});

test("a record larger than a usual chunk travels alone", async () => {
  const line = await newLine();
  line.append("1");
  line.append(JSON.stringify("x".repeat(MOST_BODY_BYTES - 10)));
  line.append("2");
  line.seal();
  expect(line.waiting.map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([1, 1, 1]);
});

test("no chunk holds more records than the server takes", async () => {
  const line = await newLine();
  for (let number = 0; number < 450; number += 1) line.append("1");
  line.seal();
  expect(line.waiting.map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([200, 200, 50]);
});

test("the shelf holds at every moment what the line holds", async () => {
  const browser = new Browser();
  const line = await newLine(browser);
  const shelf = await browser.openShelf();
  line.append("1");
  line.append("2");
  await line.settled();
  expect((await shelf.load())[0]?.entries.map(({ text }) => text)).toEqual(["1", "2"]);
  line.seal();
  line.append("3");
  await line.settled();
  const [stored] = await shelf.load();
  expect(stored?.entries.map(({ text }) => text)).toEqual(["3"]);
  expect(stored?.chunks).toEqual(line.waiting);
  expect(stored?.head).toEqual({ sitting: "s", session: 1, number: 1, hash: line.first?.hash });
});

test("acknowledged chunks leave the shelf and an emptied line can be discarded", async () => {
  const browser = new Browser();
  const line = await newLine(browser);
  line.append("1");
  line.seal();
  await line.discard();
  expect(await browser.sittingsKept()).toEqual(["s"]);
  line.acknowledge(1);
  await line.settled();
  expect(await browser.chunksKept()).toEqual([]);
  await line.discard();
  expect(await browser.sittingsKept()).toEqual([]);
});
