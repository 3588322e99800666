import "./capture.css";

import type { PortraitTexts } from "../contract";
import { browserSurroundings } from "../outbox/surroundings";
import { PortraitPage } from "./page";
import { PortraitStore } from "./store";

/** Reads what the server put into the page and starts. */
function main(): void {
  const root = document.getElementById("portrait");
  const texts = document.getElementById("portrait-texts");
  if (!root || !texts) throw new Error("The page lacks #portrait or #portrait-texts.");
  const store = new PortraitStore(root.dataset.api ?? "/api/player/", browserSurroundings());
  const page = new PortraitPage(root, JSON.parse(texts.textContent) as PortraitTexts, store, root.dataset.next ?? "/");
  void page.start();
}

main();
