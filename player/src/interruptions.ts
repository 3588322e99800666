/** What can interrupt a step. `hidden` and `shown` come in turn; `pause` and `resized` whenever they happen. */
export interface Interrupted {
  hidden(): void;
  shown(): void;
  pause(): void;
  resized(): void;
}

/** Watches for a page that is hidden or left, for Escape, for the end of full screen and for a turned screen. */
export function watchInterruptions(on: Interrupted, signal: AbortSignal): void {
  let away = false;
  const look = (): void => {
    const now = document.visibilityState !== "visible" || !document.hasFocus();
    if (now === away) return;
    away = now;
    if (away) on.hidden();
    else on.shown();
  };
  // While `blur` is dispatched the page may still count as focused.
  const lookSoon = (): void => {
    setTimeout(look);
  };
  document.addEventListener("visibilitychange", look, { signal });
  window.addEventListener("blur", lookSoon, { signal });
  window.addEventListener("focus", lookSoon, { signal });
  window.addEventListener("resize", () => { on.resized(); }, { signal });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") on.pause();
  }, { signal });
  // In full screen browsers keep Escape for themselves; the person meant the same by it.
  document.addEventListener("fullscreenchange", () => {
    if (document.fullscreenElement === null) on.pause();
  }, { signal });
}

/** Asks for the full screen; browsers without it, or unwilling, play in the page. */
export async function fillScreen(): Promise<void> {
  const root = document.documentElement;
  if (!("requestFullscreen" in root) || document.fullscreenElement !== null) return;
  await root.requestFullscreen({ navigationUI: "hide" }).catch(() => undefined);
}

/** Gives the screen back. */
export async function leaveFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
}
