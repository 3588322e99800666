import { botFrom } from "./bot";
import type { PlayerTexts } from "./contract";
import { browserRefreshes, CanvasSurface, type Echo, ElementEcho } from "./presenter";
import { beads } from "./screens/beads";
import { Screens, type View } from "./screens/screens";
import { type Outcome, Session } from "./session";
import { openSitting, RefusedError, type Sitting } from "./sitting";
import { CanvasPictures } from "./stage/pictures";
import { Stage } from "./stage/stage";

/** What the server wrote into the page. */
interface Page {
  readonly root: HTMLElement;
  readonly session: number;
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
const CLOSED = new Set(["not-open", "already-done", "too-late", "not-ready", "no-such-session"]);

function readPage(): Page {
  const root = document.getElementById("player");
  const texts = document.getElementById("player-texts")?.textContent;
  if (!root || !texts) throw new Error("This page was not made for the player.");
  const { session = "", api = "", today = "/", help = "/", bot: allowed } = root.dataset;
  const parsed = JSON.parse(texts) as PlayerTexts;
  const bot = botFrom(new URLSearchParams(location.search), allowed === "allowed");
  const screens = new Screens(parsed, help, bot ? BOT_READS : null);
  return { root, session: Number(session), api, today, help, texts: parsed, bot, screens, echo: ElementEcho.where() };
}

/** Opens a sitting, asking the person whatever has to be asked. */
async function open(page: Page, takeOver: boolean): Promise<Sitting> {
  const { screens, texts } = page;
  screens.show({ says: texts.device_checking, busy: true });
  try {
    return await openSitting(page.api, page.session, takeOver);
  } catch (error) {
    const code = error instanceof RefusedError ? error.problem.code : "";
    if (code === "open-elsewhere") {
      await screens.choose({ says: texts.open_elsewhere, actions: [{ key: "here", label: texts.play_here }] });
      return open(page, true);
    }
    if (CLOSED.has(code)) return goToToday(page, { says: texts.closed });
    const offline = code === "unreachable" ? [texts.offline] : [];
    await screens.choose({ says: texts.trouble, more: offline, actions: [{ key: "again", label: texts.try_again }] });
    return open(page, takeOver);
  }
}

/** Tells whoever watches the page what a bot records, as an event after each record. */
function aloud(sitting: Sitting): Sitting {
  const record = sitting.record.bind(sitting);
  sitting.record = (entry) => {
    record(entry);
    const detail = { sitting: sitting.answer.sitting, entry };
    window.dispatchEvent(new CustomEvent("daybreak:recorded", { detail }));
  };
  return sitting;
}

async function play(page: Page, takeOver: boolean): Promise<void> {
  const { root, texts, screens, bot, echo } = page;
  const opened = await open(page, takeOver);
  const sitting = bot ? aloud(opened) : opened;
  const { plan } = sitting.answer;
  const surfaceOn = (canvas: HTMLCanvasElement) => new CanvasSurface(canvas, plan.appearance.background);
  const stage = new Stage(plan, texts, page.help, surfaceOn);
  const maker = new CanvasPictures(plan.appearance.ink);
  stage.root.inert = true;
  root.replaceChildren(stage.root, screens.root);
  await maker.ready();
  const session = new Session({ sitting, texts, screens, stage, maker, source: browserRefreshes, echo, bot });
  const outcome = await session.play();
  stage.root.remove();
  await END[outcome](page, sitting);
}

const END: Record<Outcome, (page: Page, sitting: Sitting) => Promise<unknown>> = {
  async completed(page, sitting) {
    const { texts, screens } = page;
    screens.show({ says: texts.saving, busy: true });
    await sitting.flush();
    await sitting.close();
    const { sessions, plan } = sitting.answer;
    return goToToday(page, { says: texts.thanks, more: [texts.next_steps, beads(sessions, plan.session, true)] });
  },
  async left(page, sitting) {
    page.screens.show({ says: page.texts.saving, busy: true });
    await sitting.close();
    location.assign(page.today);
  },
  async "taken-over"(page, sitting) {
    await sitting.close();
    const { texts, screens } = page;
    await screens.choose({ says: texts.taken_over, actions: [{ key: "here", label: texts.play_here, quiet: true }] });
    await play(page, true);
  },
};

/** Shows a last screen with the way back; never resolves. */
async function goToToday(page: Page, view: Pick<View, "says" | "more">): Promise<never> {
  await page.screens.choose({ ...view, actions: [{ key: "today", label: page.texts.back_to_today }] });
  location.assign(page.today);
  return new Promise(() => undefined);
}

async function start(): Promise<void> {
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

void start();
