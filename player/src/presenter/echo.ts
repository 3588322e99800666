/** What the browser says, afterwards, of when a refresh reached the screen. */
export interface Echo {
  /** Asks, in the refresh of time stamp `frame`, to be told when its picture reached the screen. */
  ask(frame: number): void;
  /**
   * How much later than usual each of `frames` reached the screen, in ms; 0 where nothing is known.
   *
   * Called once, after a sequence, with the time stamps that were asked about; `now` bounds what has not been heard yet.
   */
  delays(frames: readonly number[], now: number): number[];
}

/** Pictures kept ready; a sequence asks about three refreshes. */
const SPARE = 8;
/**
 * How many latencies tell the usual one, the lowest of them: that of a refresh nothing disturbed. Enough that under load
 * one of them was undisturbed; few enough that a pipeline which the browser lengthens for good is soon the usual one.
 */
const RECENT = 60;
const CLEAR = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/**
 * Asks by the Element Timing API: a clear picture of one pixel is unveiled in the same refresh as the stimulus, and
 * the browser reports when the frame that first holds it was presented, to 4 ms.
 *
 * Refresh time stamps cannot tell this: they stay even when the compositor's own threads are kept waiting. Chromium only;
 * elsewhere there is no echo and the time stamps alone count.
 */
export class ElementEcho implements Echo {
  private readonly corner = document.createElement("div");
  private readonly observer: PerformanceObserver;
  private spare: HTMLImageElement[] = [];
  private used: HTMLImageElement[] = [];
  private made = 0;
  private works = false;
  private readonly recent: number[] = [];
  private readonly asked = new Map<number, string>();
  private readonly heard = new Map<string, number>();

  private constructor() {
    this.corner.setAttribute("aria-hidden", "true");
    this.corner.style.cssText =
      "position:fixed;right:0;bottom:0;width:1px;height:1px;overflow:hidden;pointer-events:none;contain:strict;will-change:transform";
    document.body.append(this.corner);
    this.observer = new PerformanceObserver((entries) => {
      this.hear(entries.getEntries());
    });
    this.observer.observe({ type: "element" });
    this.refill();
  }

  /** An echo, or null where the browser has none. */
  static where(): ElementEcho | null {
    return PerformanceObserver.supportedEntryTypes.includes("element") ? new ElementEcho() : null;
  }

  ask(frame: number): void {
    const picture = this.spare.find((one) => one.complete);
    if (!picture) return;
    this.spare.splice(this.spare.indexOf(picture), 1);
    this.used.push(picture);
    picture.style.visibility = "visible";
    this.asked.set(frame, picture.getAttribute("elementtiming") ?? "");
  }

  delays(frames: readonly number[], now: number): number[] {
    this.hear(this.observer.takeRecords());
    const latencies = frames.map((frame) => this.latency(frame, now));
    const usual = Math.min(...this.recent);
    this.clear();
    return latencies.map((latency) => (latency === null || this.recent.length === 0 ? 0 : latency - usual));
  }

  private latency(frame: number, now: number): number | null {
    const name = this.asked.get(frame);
    if (name === undefined) return null;
    const at = this.heard.get(name);
    // No word from a browser that always gave it: the picture is not on the screen even now.
    if (at === undefined) return this.works ? now - frame : null;
    this.recent.push(at - frame);
    if (this.recent.length > RECENT) this.recent.shift();
    return at - frame;
  }

  private hear(entries: readonly PerformanceEntry[]): void {
    for (const entry of entries as (PerformanceEntry & { identifier: string; renderTime: number })[]) {
      if (entry.renderTime > 0) this.heard.set(entry.identifier, entry.renderTime);
      this.works ||= entry.renderTime > 0;
    }
  }

  /** Between sequences, where changes to the page do no harm. */
  private clear(): void {
    for (const picture of this.used) picture.remove();
    this.used = [];
    this.asked.clear();
    this.heard.clear();
    this.refill();
  }

  private refill(): void {
    while (this.spare.length < SPARE) {
      const picture = new Image(1, 1);
      picture.alt = "";
      picture.style.cssText = "position:absolute;left:0;top:0;visibility:hidden";
      this.made += 1;
      picture.setAttribute("elementtiming", `echo-${this.made}`);
      picture.src = CLEAR;
      this.corner.append(picture);
      this.spare.push(picture);
    }
  }
}
