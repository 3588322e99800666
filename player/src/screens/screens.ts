import type { PlayerTexts } from "../contract";
import { element } from "../dom";
import { icon } from "../icons";

/** One thing the person can do on a screen. */
export interface Action<K extends string> {
  readonly key: K;
  readonly label: string;
  /** Not the thing most people will do. */
  readonly quiet?: boolean;
  /** Cannot be chosen before so many ms. */
  readonly after?: number;
}

/** One screen: its first sentence is the heading, the rest follows as text. */
export interface View<K extends string = never> {
  readonly says: string;
  readonly more?: readonly (string | Node)[];
  readonly actions?: readonly Action<K>[];
  /** Something is under way and nothing can be chosen yet. */
  readonly busy?: boolean;
}

/** Everything a person reads outside the steps: one thing per screen, over the stage. */
export class Screens {
  readonly root: HTMLElement;
  private readonly body = element("div", { class: "screen-body" });
  private readonly note = element("p", { class: "screen-note", role: "status" });
  private timers: ReturnType<typeof setInterval>[] = [];

  /**
   * @param texts all sentences
   * @param help address of the help page
   * @param autopilot a bot takes each screen's first action after so many ms; null for a person
   */
  constructor(
    texts: Pick<PlayerTexts, "help">,
    help: string,
    private readonly autopilot: number | null = null,
  ) {
    // A tab of its own, so that asking for help never costs the person their place.
    const link = element("a", { class: "button quiet help-now", href: help, target: "_blank", rel: "noopener" });
    link.append(icon("help"), texts.help);
    this.root = element("section", { class: "screen" }, element("div", { class: "screen-top" }, link), this.body, this.note);
  }

  get visible(): boolean {
    return !this.root.hidden;
  }

  /** Gives the room to the stage. */
  hide(): void {
    this.stopTimers();
    this.root.hidden = true;
  }

  /** A small line about the network; empty for none. */
  say(note: string): void {
    if (this.note.textContent !== note) this.note.textContent = note;
  }

  /** Shows a screen on which nothing can be chosen. */
  show(view: View): void {
    this.fill(view, () => undefined);
  }

  /** Shows a screen and resolves with the action chosen. */
  choose<K extends string>(view: View<K>): Promise<K> {
    return new Promise((resolve) => {
      this.fill(view, (key) => {
        this.stopTimers();
        resolve(key);
      });
    });
  }

  private fill<K extends string>(view: View<K>, chosen: (key: K) => void): void {
    this.stopTimers();
    const [headline, rest] = splitHeadline(view.says);
    const heading = element("h1", { tabindex: "-1" }, headline);
    const texts = [...(rest === "" ? [] : [rest]), ...(view.more ?? [])];
    const actions = (view.actions ?? []).map((action) => this.button(action, chosen));
    const text = element("div", { class: "screen-text" }, heading, ...texts.map(asNode));
    if (view.busy) text.append(element("div", { class: "screen-busy", "aria-hidden": "true" }));
    this.body.replaceChildren(text, element("div", { class: "screen-actions" }, ...actions));
    this.root.hidden = false;
    this.root.scrollTop = 0;
    heading.focus({ preventScroll: true });
    // Reading ends on the heading, so Enter there goes on without a search for the button.
    heading.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.repeat) actions[0]?.click();
    });
  }

  private button<K extends string>(action: Action<K>, chosen: (key: K) => void): HTMLButtonElement {
    const button = element("button", { class: action.quiet ? "button quiet" : "button", type: "button" }, action.label);
    let taken = false;
    button.addEventListener("click", () => {
      if (!taken) chosen(action.key);
      taken = true;
    });
    if (action.after) this.holdBack(button, action.label, action.after);
    if (this.autopilot !== null && !action.quiet) this.pressWhenFree(button, this.autopilot);
    return button;
  }

  private holdBack(button: HTMLButtonElement, label: string, wait: number): void {
    const due = performance.now() + wait;
    const tick = (): void => {
      const seconds = Math.ceil((due - performance.now()) / 1000);
      button.disabled = seconds > 0;
      button.textContent = seconds > 0 ? `${label} (${seconds})` : label;
    };
    tick();
    this.timers.push(setInterval(tick, 250));
  }

  private pressWhenFree(button: HTMLButtonElement, delay: number): void {
    const press = (): void => {
      if (document.visibilityState === "visible") button.click();
    };
    this.timers.push(setInterval(press, delay));
  }

  private stopTimers(): void {
    this.timers.forEach(clearInterval);
    this.timers = [];
  }
}

function asNode(text: string | Node): Node {
  return typeof text === "string" ? element("p", {}, text) : text;
}

/** Splits after the first sentence. */
export function splitHeadline(text: string): [headline: string, rest: string] {
  const end = /[.?!。？！]\s+/u.exec(text);
  if (!end) return [text, ""];
  const cut = end.index + 1;
  return [text.slice(0, cut), text.slice(cut).trim()];
}
