import { expect, test } from "vitest";

import { Calm } from "../../src/outbox/calm";
import { FAST } from "./browser";

const never = (): boolean => false;

/** Whether `calm` lets a request begin without waiting. */
async function isOpen(calm: Calm, hurry = never): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => { resolve(false); }, 1));
  return Promise.race([calm.moment(hurry).then(() => true), late]);
}

test("before any record, right after one and after a long silence requests may begin, in between not", async () => {
  let now = 1000;
  const calm = new Calm(() => now, { ...FAST, calm: 400, silence: 4000 });
  expect(await isOpen(calm)).toBe(true);
  calm.rest();
  now += 300;
  expect(await isOpen(calm)).toBe(true);
  now += 1200;
  expect(await isOpen(calm)).toBe(false);
  expect(await isOpen(calm, () => true)).toBe(true);
  now += 2500;
  expect(await isOpen(calm)).toBe(true);
});

test("what waits for a calm moment goes with the next record", async () => {
  let now = 0;
  const calm = new Calm(() => now, { ...FAST, calm: 400, silence: 60_000 });
  calm.rest();
  now += 1000;
  const waiting = calm.moment(never);
  calm.rest();
  await waiting;
});
