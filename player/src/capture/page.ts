import type { PortraitTexts } from "../contract";
import { element } from "../dom";
import { Camera, CameraError } from "./camera";
import { SteadyHint, hintFor } from "./hints";
import { openPhoto, PhotoError } from "./photo";
import { type Portrait, preparePortrait } from "./prepare";
import { actions, button, frame, labelled, oval, photoButton, problem, promise, show } from "./screens";
import type { PortraitStore } from "./store";

/** After so many pictures without a face, the person may use one all the same: detectors fail for some faces. */
const TRIES = 3;

/** The portrait page: one thing per screen, from the choice of camera or photo to the stored picture. */
export class PortraitPage {
  private misses = 0;
  private camera: Camera | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly texts: PortraitTexts,
    private readonly store: PortraitStore,
    private readonly next: string,
  ) {
    const over = (event: DragEvent): void => { event.preventDefault(); };
    root.ownerDocument.addEventListener("dragover", over);
    root.ownerDocument.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) void this.usePhoto(file);
    });
  }

  /** Shows the stored picture if there is one, else the choice. */
  async start(): Promise<void> {
    const current = await this.store.current().catch(() => null);
    if (current) this.showCurrent(current);
    else this.showChoice();
  }

  private showChoice(...notices: HTMLElement[]): void {
    const { texts } = this;
    this.show(
      texts.title,
      ...notices,
      element("p", {}, texts.intro),
      element("p", {}, texts.tips),
      promise(texts),
      actions(
        button(texts.use_camera, () => void this.showCamera()),
        photoButton(texts.choose_photo, (file) => void this.usePhoto(file), "quiet"),
      ),
      element("p", { class: "portrait-drop soft small" }, texts.drop_here),
    );
  }

  private showCurrent(picture: Blob): void {
    const { texts } = this;
    const url = URL.createObjectURL(picture);
    const image = element("img", { src: url, alt: texts.picture_label });
    image.addEventListener("load", () => { URL.revokeObjectURL(url); });
    this.show(
      texts.title,
      element("p", {}, texts.current),
      frame(image),
      promise(texts),
      actions(
        this.nextLink(texts.keep),
        button(texts.retake, () => { this.showChoice(); }, "quiet"),
        button(texts.delete, () => { this.askToDelete(picture); }, "quiet"),
      ),
    );
  }

  private askToDelete(picture: Blob): void {
    const { texts } = this;
    this.show(
      texts.delete_question,
      actions(
        button(texts.delete_yes, () => void this.remove(picture)),
        button(texts.delete_no, () => { this.showCurrent(picture); }, "quiet"),
      ),
    );
  }

  private async remove(picture: Blob): Promise<void> {
    try {
      await this.store.remove();
    } catch {
      this.showCurrent(picture);
      this.root.querySelector("h1")?.after(problem(this.texts.trouble));
      return;
    }
    this.showChoice(element("p", { class: "note", role: "status" }, this.texts.deleted));
  }

  private showFault(fault: keyof PortraitTexts): void {
    this.showChoice(problem(this.texts[fault]));
  }

  private async showCamera(): Promise<void> {
    const camera = new Camera();
    const hint = element("p", { class: "portrait-hint", role: "status" }, this.texts.starting);
    const take = button(this.texts.take, () => void this.review(camera.take()));
    take.disabled = true;
    const view = labelled(frame(camera.video, oval()), this.texts.camera_label);
    this.show(this.texts.title, view, hint, this.cameraActions(take));
    this.camera = camera;
    try {
      await camera.start();
    } catch (error) {
      const refused = error instanceof CameraError && error.why === "refused";
      if (this.camera === camera) this.showFault(refused ? "camera_refused" : "camera_missing");
      return;
    }
    take.disabled = false;
    this.watch(camera, hint);
  }

  private cameraActions(take: HTMLButtonElement): HTMLElement {
    return actions(
      take,
      photoButton(this.texts.choose_photo, (file) => void this.usePhoto(file), "quiet"),
      button(this.texts.back, () => { this.showChoice(); }, "quiet"),
    );
  }

  private watch(camera: Camera, hint: HTMLElement): void {
    const steady = new SteadyHint();
    camera.watch((look) => {
      const now = steady.next(hintFor(look), performance.now());
      if (!now) return;
      hint.textContent = this.texts[now];
      hint.parentElement?.classList.toggle("is-good", now === "hint_good");
    });
  }

  private async usePhoto(file: File): Promise<void> {
    try {
      await this.review(await openPhoto(file));
    } catch (error) {
      this.showFault(error instanceof PhotoError ? error.sentence : "not_a_picture");
    }
  }

  private async review(taken: HTMLCanvasElement): Promise<void> {
    this.show(this.texts.title, element("p", { role: "status" }, this.texts.checking));
    // One painted frame first: the search takes a moment on a small phone.
    await new Promise((resolve) => setTimeout(resolve, 30));
    const portrait = await preparePortrait(taken);
    if (!portrait) {
      this.showFault("too_even");
      return;
    }
    this.misses = portrait.faceFound ? 0 : this.misses + 1;
    this.showReview(portrait);
  }

  private showReview(portrait: Portrait, trouble = ""): void {
    const { texts } = this;
    const again = button(texts.retake, () => { this.showChoice(); }, portrait.faceFound ? "quiet" : "");
    const use = (label: string, kind: "" | "quiet"): HTMLElement => button(label, () => void this.save(portrait), kind);
    const isGivenUp = this.misses >= TRIES;
    const choices = portrait.faceFound ? [use(texts.use, ""), again] : isGivenUp ? [again, use(texts.use_anyway, "quiet")] : [again];
    const verdict = portrait.faceFound
      ? element("p", {}, texts.review)
      : problem(isGivenUp ? texts.no_face_again : texts.no_face);
    this.show(
      texts.title,
      ...(trouble ? [problem(trouble)] : []),
      frame(labelled(portrait.picture, texts.picture_label)),
      verdict,
      promise(texts),
      actions(...choices),
    );
  }

  private async save(portrait: Portrait): Promise<void> {
    this.show(this.texts.title, element("p", { role: "status" }, this.texts.saving));
    try {
      await this.store.save(portrait);
    } catch {
      this.showReview(portrait, this.texts.trouble);
      return;
    }
    this.showSaved(portrait);
  }

  private showSaved(portrait: Portrait): void {
    const { texts } = this;
    this.show(
      texts.saved,
      frame(labelled(portrait.picture, texts.picture_label)),
      actions(
        this.nextLink(texts.go_on),
        button(texts.delete, () => { this.askToDelete(portrait.blob); }, "quiet"),
      ),
    );
  }

  private nextLink(label: string): HTMLElement {
    return element("a", { class: "button", href: this.next }, label);
  }

  private show(heading: string, ...parts: HTMLElement[]): void {
    this.camera?.stop();
    this.camera = null;
    show(this.root, heading, ...parts);
  }
}
