/** Page that adds imagery: from a folder of the server, or from this computer. */

import { fill, h } from "../browser/dom";
import * as managing from "../managing";
import { TEXTS } from "../texts";
import { AddedList } from "./imagery_added";
import { folderSection } from "./imagery_folder";
import { UploadSection } from "./imagery_uploads";
import type { PageContext, SidePage } from "./side_page";

const words = TEXTS.imagery;

export class ImageryPage implements SidePage {
  readonly element: HTMLElement;
  readonly #heading = h("h1", { tabindex: "-1" }, words.heading);
  readonly #place = h("div", { className: "imagery-sections" });
  readonly #added: AddedList;
  #uploads: UploadSection | null = null;
  #closed = false;

  constructor(private readonly context: PageContext) {
    this.#added = new AddedList(context.say);
    const intro = h("p", { className: "dim" }, context.project.read_only ? words.readOnly : words.intro);
    this.element = h(
      "main",
      { className: "managed imagery-page" },
      this.#heading,
      intro,
      this.#place,
      this.#added.element,
    );
    if (!context.project.read_only) void this.#layOut();
  }

  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    this.#closed = true;
    this.#added.close();
    this.#uploads?.close();
  }

  async #layOut(): Promise<void> {
    try {
      const places = await managing.imagery();
      if (this.#closed) return;
      const queued = (): void => this.#added.renew();
      this.#uploads = new UploadSection(this.context, places, queued);
      fill(
        this.#place,
        !places.worker && h("p", { className: "warning" }, words.noWorker),
        folderSection(places, queued),
        this.#uploads.element,
      );
    } catch (error) {
      this.context.say(words.notFetched((error as Error).message));
    }
  }
}
