/// <reference types="node" />
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { type Network, RefusedError } from "../src/sitting";
import { Browser, FAST, names, type Page, step, until } from "./outbox/browser";
import { ContractServer } from "./outbox/server";

let server: ContractServer;
let browser: Browser;
let pages: Page[];

beforeEach(async () => {
  server = new ContractServer();
  browser = new Browser();
  pages = [];
  await server.start();
});

afterEach(async () => {
  for (const page of pages) page.crash();
  await server.kill();
});

function newPage(from = browser): Page {
  const page = from.page();
  pages.push(page);
  return page;
}

async function problemOf(opening: Promise<unknown>): Promise<string> {
  const error: unknown = await opening.then(() => null, (reason: unknown) => reason);
  return error instanceof RefusedError ? error.problem.code : String(error);
}

const sent = (path: string): number => server.seen.filter((one) => one.path.endsWith(path)).length;

test("records go up in chunks of eight, in order, and leave the shelf once acknowledged", async () => {
  const sitting = await newPage().open(server.api);
  for (let number = 1; number <= 17; number += 1) sitting.record(step(`s${number}`));
  await until(() => server.records("sitting-1").length >= 16);
  await sitting.flush();
  expect(server.sittings.get("sitting-1")?.bodies.map((body) => (JSON.parse(body) as unknown[]).length)).toEqual([8, 8, 1]);
  expect(names(server.records("sitting-1"))).toEqual(Array.from({ length: 17 }, (_, index) => `s${index + 1}`));
  await until(async () => (await browser.chunksKept()).length === 0);
});

test("the end of a round goes up at once", async () => {
  const sitting = await newPage().open(server.api);
  sitting.record(step("s1"));
  sitting.record({ at: 2, kind: "round", event: "end", round: "r1" });
  await until(() => server.records("sitting-1").length === 2);
});

test("a few records go up when no more follow", async () => {
  const sitting = await newPage().open(server.api);
  sitting.record({ at: 0, kind: "moment", event: "rest" });
  await until(() => server.records("sitting-1").length === 1);
});

test("a device clock that is set in the middle moves no time and loses no record", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-06-02T09:00Z") });
  try {
    const sitting = await newPage().open(server.api);
    const times: number[] = [];
    for (const year of ["2020", "2040", "1970"]) {
      vi.setSystemTime(new Date(`${year}-01-01T00:00Z`));
      sitting.record(step(`in ${year}`));
      times.push(sitting.now());
    }
    await sitting.flush();
    expect(names(server.records("sitting-1"))).toEqual(["in 2020", "in 2040", "in 1970"]);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(times.every((time) => time >= 0 && time < 60_000)).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test("every request carries the CSRF token of the moment", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  page.around.csrf = () => "changed";
  sitting.record(step("s1"));
  await sitting.flush();
  expect(server.seen.map(({ headers }) => headers["x-csrftoken"])).toEqual(["token", "changed"]);
});

test("a crash right after a record loses nothing: the next page delivers it before it opens its own sitting", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  sitting.record(step("s1"));
  page.crash();
  await newPage().open(server.api);
  expect(names(server.records("sitting-1"))).toEqual(["s1"]);
  const paths = server.seen.map(({ path }) => path);
  expect(paths.indexOf("sittings/sitting-1/chunks")).toBeLessThan(paths.lastIndexOf("sessions/1/sittings"));
});

test("a page that comes back takes over from its own dead sitting without a question", async () => {
  const page = newPage();
  await page.open(server.api);
  page.crash();
  const again = await newPage().open(server.api);
  expect(again.answer.sitting).toBe("sitting-2");
  await until(async () => (await browser.sittingsKept()).join() === "sitting-2");
});

test("a dead network neither loses records nor lets the new sitting wait for long", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  server.fault = (path) => (path.endsWith("chunks") ? "lost-request" : null);
  sitting.record(step("s1"));
  page.crash();
  const began = performance.now();
  const next = await newPage().open(server.api);
  expect(performance.now() - began).toBeLessThan(FAST.recovery + 1000);
  next.record(step("s2"));
  server.fault = () => null;
  await next.flush();
  await until(() => server.records("sitting-1").length === 1);
  expect(names(server.records("sitting-2"))).toEqual(["s2"]);
});

test("a server that is killed and started again gets everything", async () => {
  const sitting = await newPage().open(server.api);
  await server.kill();
  for (let number = 1; number <= 20; number += 1) sitting.record(step(`s${number}`));
  await server.start();
  await sitting.flush();
  expect(server.records("sitting-1")).toHaveLength(20);
});

test("the network's state is told: saved, saving, offline, saved", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  const states: Network[] = [];
  sitting.onNetwork((state) => states.push(state));
  page.online = false;
  sitting.record(step("s1"));
  const flushed = sitting.flush();
  await until(() => states.includes("offline"));
  page.online = true;
  page.window.dispatchEvent(new Event("online"));
  await flushed;
  expect(states).toEqual(["saved", "saving", "offline", "saved"]);
});

test("an answer that is no answer, as a Wi-Fi sign-in page gives, counts as no connection", async () => {
  const sitting = await newPage().open(server.api);
  const states: Network[] = [];
  sitting.onNetwork((state) => states.push(state));
  server.fault = () => "portal";
  sitting.record(step("s1"));
  void sitting.flush();
  await until(() => states.includes("offline"));
  expect(await browser.chunksKept()).toHaveLength(1);
  server.fault = () => null;
  await sitting.flush();
  expect(server.records("sitting-1")).toHaveLength(1);
});

test("a person signed out meanwhile keeps everything on the device", async () => {
  const sitting = await newPage().open(server.api);
  const states: Network[] = [];
  sitting.onNetwork((state) => states.push(state));
  server.fault = () => "signed-out";
  sitting.record(step("s1"));
  void sitting.flush();
  await until(() => states.includes("offline"));
  expect(await browser.chunksKept()).toHaveLength(1);
});

test("another person's records on a shared device stay there and are sent when that person is back", async () => {
  const first = newPage();
  const sitting = await first.open(server.api);
  sitting.record(step("of-ana"));
  first.crash();
  server.person = "ben";
  const second = newPage();
  const other = await second.open(server.api);
  other.record(step("of-ben"));
  await other.flush();
  expect(names(server.records("sitting-2"))).toEqual(["of-ben"]);
  expect(server.records("sitting-1")).toHaveLength(0);
  await other.close();
  second.crash();
  server.person = "ana";
  await newPage().open(server.api);
  expect(names(server.records("sitting-1"))).toEqual(["of-ana"]);
});

test("a second tab of the same browser is told at once, without asking the server", async () => {
  await newPage().open(server.api);
  expect(await problemOf(newPage().open(server.api))).toBe("open-elsewhere");
  expect(sent("sessions/1/sittings")).toBe(1);
});

test("when the second tab goes on there, the first is told, and its records still arrive", async () => {
  const first = await newPage().open(server.api);
  const told: boolean[] = [];
  first.onHeld((held) => told.push(held));
  const second = await newPage().open(server.api, 1, true);
  await until(() => told.length > 0);
  first.record(step("late"));
  await first.flush();
  second.record(step("new"));
  await second.flush();
  expect(told).toEqual([false]);
  expect(names(server.records("sitting-1"))).toEqual(["late"]);
  expect(names(server.records("sitting-2"))).toEqual(["new"]);
});

test("another device is refused by the server, and taking over is told to the first by its heartbeat", async () => {
  const first = await newPage().open(server.api);
  const told: boolean[] = [];
  first.onHeld((held) => told.push(held));
  const device = new Browser();
  expect(await problemOf(newPage(device).open(server.api))).toBe("open-elsewhere");
  await newPage(device).open(server.api, 1, true);
  await until(() => told.length > 0);
  expect(told).toEqual([false]);
  expect(sent("lease")).toBeGreaterThan(0);
});

test("two sessions may be open in two tabs", async () => {
  await newPage().open(server.api, 1);
  const other = await newPage().open(server.api, 2);
  expect(other.answer.sitting).toBe("sitting-2");
});

test("without storage everything is still sent, and the sitting says that nothing would outlive a crash", async () => {
  const page = newPage();
  const denied = (): Promise<never> => Promise.reject(new DOMException("denied", "SecurityError"));
  page.around.openShelf = () => Promise.resolve({ lasting: false, save: denied, load: denied, remove: denied });
  const sitting = await page.open(server.api);
  for (let number = 1; number <= 20; number += 1) sitting.record(step(`s${number}`));
  await sitting.flush();
  expect(server.records("sitting-1")).toHaveLength(20);
  expect(sitting.lasting).toBe(false);
});

test("when the disk has room again, what could not be kept is kept", async () => {
  const page = newPage();
  let full = true;
  const shelf = await browser.openShelf();
  page.around.openShelf = () =>
    Promise.resolve({
      lasting: true,
      load: () => shelf.load(),
      remove: (sitting) => shelf.remove(sitting),
      save: (change) => (full ? Promise.reject(new DOMException("full", "QuotaExceededError")) : shelf.save(change)),
    });
  const sitting = await page.open(server.api);
  page.online = false;
  sitting.record(step("s1"));
  await until(() => !sitting.lasting);
  full = false;
  sitting.record(step("s2"));
  await until(() => sitting.lasting);
  page.crash();
  await newPage().open(server.api);
  expect(names(server.records("sitting-1"))).toEqual(["s1", "s2"]);
});

test("leaving the page sends what is open in a request that outlives it", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  sitting.record(step("s1"));
  page.window.dispatchEvent(new Event("pagehide"));
  await until(() => server.records("sitting-1").length === 1);
});

test("hiding the page sends what is open", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  sitting.record(step("s1"));
  page.sight.visibilityState = "hidden";
  page.sight.dispatchEvent(new Event("visibilitychange"));
  await until(() => server.records("sitting-1").length === 1);
});

test("closing waits a little for the last answer, then leaves the rest to the next page", async () => {
  const page = newPage();
  const sitting = await page.open(server.api);
  page.online = false;
  sitting.record(step("s1"));
  await sitting.close();
  expect(await browser.chunksKept()).toHaveLength(1);
  await newPage().open(server.api);
  expect(server.records("sitting-1")).toHaveLength(1);
});

test("an unreachable server is a refusal that says so, after several tries", async () => {
  server.fault = () => "error";
  expect(await problemOf(newPage().open(server.api))).toBe("unreachable");
  expect(sent("sittings")).toBe(3);
});

test("the clock of a sitting starts at zero and never runs backwards", async () => {
  const page = newPage();
  let steady = 5000;
  page.around.clock = () => steady;
  const sitting = await page.open(server.api);
  expect(sitting.now()).toBe(0);
  steady = 6234.5;
  expect(sitting.now()).toBe(1234.5);
});

test("a chunk the server already has, though its answer was lost, is not stored twice", async () => {
  const sitting = await newPage().open(server.api);
  let lost = false;
  server.fault = (path) => (path.endsWith("chunks") && !lost ? ((lost = true), "lost-answer") : null);
  sitting.record(step("s1"));
  await sitting.flush();
  expect(sent("chunks")).toBe(2);
  expect(names(server.records("sitting-1"))).toEqual(["s1"]);
});

test("a record too large for any chunk is refused by name instead of blocking the rest", async () => {
  const sitting = await newPage().open(server.api);
  expect(() => { sitting.record({ ...step("s1"), step: "x".repeat(70_000) }); }).toThrow(RangeError);
  sitting.record(step("s2"));
  await sitting.flush();
  expect(names(server.records("sitting-1"))).toEqual(["s2"]);
});
