import type { ImplicitAnswer, ImplicitTexts } from "../contract";
import { completed, left, openOn, type Page, start, takenOver } from "../page";
import { browserRefreshes } from "../presenter";
import { browserSurroundings } from "../outbox/surroundings";
import { sitDown } from "../sitting";
import { TestSession } from "./session";
import { TestStage } from "./stage";

function ownTexts(): ImplicitTexts {
  const texts = document.getElementById("implicit-texts")?.textContent;
  if (!texts) throw new Error("This page was not made for the test.");
  return JSON.parse(texts) as ImplicitTexts;
}

async function play(page: Page, takeOver: boolean): Promise<void> {
  const { root, texts, screens, bot, echo, data } = page;
  const words = ownTexts();
  const place = { key: `test-${data.visit ?? ""}`, path: `tests/${data.visit ?? ""}/sittings` };
  const open = (take: boolean) => sitDown<ImplicitAnswer>(browserSurroundings(), page.api, place, take);
  const sitting = await openOn(page, open, takeOver);
  const stage = new TestStage(sitting.answer.plan, words, texts, page.help);
  stage.root.inert = true;
  root.replaceChildren(stage.root, screens.root);
  const session = new TestSession({ sitting, texts, screens, stage, words, source: browserRefreshes, echo, bot });
  const outcome = await session.play();
  stage.root.remove();
  if (outcome === "completed") await completed(page, sitting, []);
  if (outcome === "left") await left(page, sitting);
  if (outcome !== "taken-over") return;
  await takenOver(page, sitting);
  await play(page, true);
}

void start(play);
