/** One upload: what it is, how far it is, and what can be done about it. */

import { h } from "../browser/dom";
import type { Upload, Uploader } from "../model/imagery/uploader";
import { duration } from "../model/view/jobs";
import { size } from "../model/view/size";
import { TEXTS } from "../texts";

const words = TEXTS.imagery.upload;

export class UploadRow {
  readonly body = h("li", { className: "upload" });
  readonly #bar = h("progress", {});
  readonly #facts = h("span", { className: "upload-facts" });
  readonly #why = h("p", { className: "upload-why" });
  readonly #pause = h("button", { type: "button" }, words.pause);
  readonly #resume = h("button", { type: "button" }, words.resume);
  readonly #remove = h("button", { type: "button" }, words.remove);

  constructor(
    private readonly upload: Upload,
    uploader: Uploader,
  ) {
    const [first] = upload.files;
    const name = first!.name;
    const more = upload.files.length - 1;
    this.#bar.setAttribute("aria-label", words.progress(name));
    this.#pause.addEventListener("click", () => {
      uploader.pause(upload);
      this.#resume.focus();
    });
    this.#resume.addEventListener("click", () => {
      uploader.resume(upload);
      this.#pause.focus();
    });
    this.#remove.addEventListener("click", () => void uploader.remove(upload));
    const actions = h("span", { className: "upload-actions" }, this.#pause, this.#resume, this.#remove);
    const title = h(
      "span",
      { className: "upload-name" },
      name,
      more > 0 && h("span", { className: "dim" }, words.more(more)),
    );
    this.body.append(h("div", { className: "upload-head" }, title, this.#facts, actions), this.#bar, this.#why);
  }

  update(): void {
    const { upload } = this;
    const { state, sent, speed, why } = upload;
    const name = upload.files[0]!.name;
    this.body.dataset["state"] = state;
    this.#bar.max = Math.max(upload.size, 1);
    this.#bar.value = sent;
    this.#bar.hidden = state === "done";
    const isMoving = state === "sending" && speed !== null;
    const facts = [
      words.state[state],
      state !== "done" && words.of(size(sent), size(upload.size)),
      isMoving && words.speed(size(speed)),
      isMoving && sent < upload.size && words.left(duration((upload.size - sent) / speed)),
    ];
    this.#facts.textContent = facts.filter(Boolean).join(", ");
    this.#why.textContent = state === "failed" || state === "lost" ? why : "";
    this.#why.classList.toggle("bad", state === "failed");
    this.#pause.hidden = state !== "sending" && state !== "waiting" && state !== "lost";
    this.#resume.hidden = state !== "paused" && state !== "failed";
    label(this.#pause, words.pause, name);
    label(this.#resume, state === "failed" ? words.again : words.resume, name);
    label(this.#remove, state === "done" ? words.clear : words.remove, name);
  }
}

function label(button: HTMLButtonElement, what: string, name: string): void {
  if (button.textContent !== what) button.textContent = what;
  button.setAttribute("aria-label", words.named(what, name));
}
