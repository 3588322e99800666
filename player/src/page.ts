import { botFrom } from "./bot";
import type { PlayerTexts } from "./contract";
import { type Echo, ElementEcho } from "./presenter";
import { Screens, type View } from "./screens/screens";
import { RefusedError, type Talk } from "./sitting";

/** What the server wrote into the page. */
export interface Page {
  readonly root: HTMLElement;
  readonly data: DOMStringMap;
  readonly api: string;
  readonly today: string;
  readonly help: string;
  readonly texts: PlayerTexts;
  readonly bot: ReturnType<typeof botFrom>;
  readonly screens: Screens;
  readonly echo: Echo | null;
}

/** How long a bot looks at a screen, in ms. */
const BOT_READS = 150;
/** Refusals after which this page can do nothing more. */
const CLOSED = new Set(["not-open", "already-done", "too-late", "not-ready", "no-such-session", "no-such-test"]);

function readPage(): Page {
  const root = document.getElementById("player");
  const texts = document.getElementById("player-texts")?.textContent;
  if (!root || !texts) throw new Error("This page was not made for the player.");
  const { api = "", today = "/", help = "/", bot: allowed } = root.dataset;
  const parsed = JSON.parse(texts) as PlayerTexts;
  const bot = botFrom(new URLSearchParams(location.search), allowed === "allowed");
  const screens = new Screens(parsed, help, bot ? BOT_READS : null);
  return { root, data: root.dataset, api, today, help, texts: parsed, bot, screens, echo: ElementEcho.where() };
}

/** Opens a sitting, asking the person whatever has to be asked. */
export async function openOn<S extends Talk>(
  page: Page,
  sitDown: (takeOver: boolean) => Promise<S>,
  takeOver: boolean,
): Promise<S> {
  const { screens, texts } = page;
  screens.show({ says: texts.device_checking, busy: true });
  try {
    const sitting = await sitDown(takeOver);
    return page.bot ? aloud(sitting) : sitting;
  } catch (error) {
    const code = error instanceof RefusedError ? error.problem.code : "";
    if (code === "open-elsewhere") {
      await screens.choose({ says: texts.open_elsewhere, actions: [{ key: "here", label: texts.play_here }] });
      return openOn(page, sitDown, true);
    }
    if (CLOSED.has(code)) return goToToday(page, { says: texts.closed });
    const offline = code === "unreachable" ? [texts.offline] : [];
    await screens.choose({ says: texts.trouble, more: offline, actions: [{ key: "again", label: texts.try_again }] });
    return openOn(page, sitDown, takeOver);
  }
}

/** Tells whoever watches the page what a bot records, as an event after each record. */
function aloud<S extends Talk>(sitting: S): S {
  const record = sitting.record.bind(sitting);
  sitting.record = (entry) => {
    record(entry);
    const detail = { sitting: sitting.answer.sitting, entry };
    window.dispatchEvent(new CustomEvent("daybreak:recorded", { detail }));
  };
  return sitting;
}

/** Says thanks once the server has everything; never resolves. */
export async function completed(page: Page, sitting: Talk, more: readonly (string | Node)[]): Promise<never> {
  page.screens.show({ says: page.texts.saving, busy: true });
  await sitting.flush();
  await sitting.close();
  return goToToday(page, { says: page.texts.thanks, more });
}

/** Goes back to Today; what is not sent yet goes up with the next page. */
export async function left(page: Page, sitting: Talk): Promise<void> {
  page.screens.show({ says: page.texts.saving, busy: true });
  await sitting.close();
  location.assign(page.today);
}

/** Says that another window plays, and resolves when the person wants to play here. */
export async function takenOver(page: Page, sitting: Talk): Promise<void> {
  await sitting.close();
  const { texts, screens } = page;
  await screens.choose({ says: texts.taken_over, actions: [{ key: "here", label: texts.play_here, quiet: true }] });
}

/** Shows a last screen with the way back; never resolves. */
async function goToToday(page: Page, view: Pick<View, "says" | "more">): Promise<never> {
  await page.screens.choose({ ...view, actions: [{ key: "today", label: page.texts.back_to_today }] });
  location.assign(page.today);
  return new Promise(() => undefined);
}

/** Runs the page; whatever breaks, the person can try again. */
export async function start(play: (page: Page, takeOver: boolean) => Promise<void>): Promise<void> {
  const page = readPage();
  page.root.replaceChildren(page.screens.root);
  try {
    await play(page, false);
  } catch (error) {
    reportError(error);
    const { texts } = page;
    await page.screens.choose({ says: texts.trouble, actions: [{ key: "again", label: texts.try_again }] });
    location.reload();
  }
}
