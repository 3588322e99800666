/// <reference types="node" />
import { createHash } from "node:crypto";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Picture } from "../../src/contract";
import { unwrapPicture } from "../../src/outbox/pictures";
import type { Sitting } from "../../src/sitting";
import { Browser, type Page } from "./browser";
import { ContractServer } from "./server";

const IMAGE = Buffer.concat([Buffer.from("RIFF"), Buffer.alloc(900, 7)]);
const PADDED = Buffer.alloc(32768, 3);
PADDED.writeUInt32BE(IMAGE.length);
IMAGE.copy(PADDED, 4);

let server: ContractServer;
let page: Page;
let sitting: Sitting;

beforeEach(async () => {
  server = new ContractServer();
  await server.start();
  server.addPicture(picture("own"), PADDED);
  page = new Browser().page();
  sitting = await page.open(server.api);
});

afterEach(async () => {
  page.crash();
  await server.kill();
});

function picture(id: string): Picture {
  const sha256 = createHash("sha256").update(PADDED).digest("hex");
  return { kind: "picture", id, sha256, bytes: PADDED.length, width: 320, height: 320 };
}

test("a picture comes out of its padding as it went in", async () => {
  const blob = await sitting.picture("own");
  expect(blob.type).toBe("image/webp");
  expect(Buffer.from(await blob.arrayBuffer()).equals(IMAGE)).toBe(true);
});

test("a picture is asked for again when the line drops", async () => {
  let drops = 2;
  server.fault = () => (drops-- > 0 ? "lost-request" : null);
  expect((await sitting.picture("own")).size).toBe(IMAGE.length);
});

test("a damaged picture is never handed on", async () => {
  const damaged = Buffer.from(PADDED);
  damaged[20000] = 4;
  server.assets.set("own", damaged);
  await expect(sitting.picture("own")).rejects.toThrow("arrived damaged");
});

test("a picture the plan does not name is not asked for", async () => {
  const before = server.seen.length;
  await expect(sitting.picture("other")).rejects.toThrow(RangeError);
  expect(server.seen).toHaveLength(before);
});

test("a picture the server refuses is not asked for again", async () => {
  server.assets.delete("own");
  const before = server.seen.length;
  await expect(sitting.picture("own")).rejects.toThrow("No.");
  expect(server.seen).toHaveLength(before + 1);
});

test("many pictures asked for at once all arrive", async () => {
  const blobs = await Promise.all(Array.from({ length: 20 }, () => sitting.picture("own")));
  expect(new Set(blobs.map((blob) => blob.size))).toEqual(new Set([IMAGE.length]));
});

test.each([0, 32765, 4294967295])("a length of %i in the padding is refused", (length) => {
  const wrong = new Uint8Array(32768);
  new DataView(wrong.buffer).setUint32(0, length);
  expect(() => unwrapPicture(wrong)).toThrow(RangeError);
});
