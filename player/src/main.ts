import { completed, left, openOn, type Page, start, takenOver } from "./page";
import { browserRefreshes, CanvasSurface } from "./presenter";
import { beads } from "./screens/beads";
import { Session } from "./session";
import { openSitting } from "./sitting";
import { CanvasPictures } from "./stage/pictures";
import { Stage } from "./stage/stage";

async function play(page: Page, takeOver: boolean): Promise<void> {
  const { root, texts, screens, bot, echo } = page;
  const number = Number(page.data.session);
  const sitting = await openOn(page, (take) => openSitting(page.api, number, take), takeOver);
  const { plan, sessions } = sitting.answer;
  const surfaceOn = (canvas: HTMLCanvasElement) => new CanvasSurface(canvas, plan.appearance.background);
  const stage = new Stage(plan, texts, page.help, surfaceOn);
  const maker = new CanvasPictures(plan.appearance.ink);
  stage.root.inert = true;
  root.replaceChildren(stage.root, screens.root);
  await maker.ready();
  const session = new Session({ sitting, texts, screens, stage, maker, source: browserRefreshes, echo, bot });
  const outcome = await session.play();
  stage.root.remove();
  if (outcome === "completed") await completed(page, sitting, [texts.next_steps, beads(sessions, plan.session, true)]);
  if (outcome === "left") await left(page, sitting);
  if (outcome !== "taken-over") return;
  await takenOver(page, sitting);
  await play(page, true);
}

void start(play);
