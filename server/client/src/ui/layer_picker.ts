/** Dialog that adds a reference layer from a folder of the server: gone through folder by folder. */

import { fill, h } from "../browser/dom";
import * as managing from "../managing";
import { size } from "../model/view/size";
import { TEXTS } from "../texts";

const words = TEXTS.references.adding;

/** Show the dialog; `added` is called with the name of each layer that was added. */
export function pickLayer(folders: readonly string[], signed: managing.Signed, added: (name: string) => void): void {
  new Picker(folders, signed, added).show();
}

class Picker {
  readonly #folder = h("select", { id: "layer-folder" });
  readonly #crumbs = h("nav", { className: "crumbs", "aria-label": TEXTS.imagery.folder.path });
  readonly #list = h("ul", { className: "layer-files" });
  readonly #status = h("p", { role: "status" });
  readonly #dialog: HTMLDialogElement;
  /** Number of the last folder that was asked for. */
  #asked = 0;

  constructor(
    folders: readonly string[],
    private readonly signed: managing.Signed,
    private readonly added: (name: string) => void,
  ) {
    fill(this.#folder, ...folders.map((name) => h("option", { value: name }, name)));
    this.#folder.addEventListener("change", () => void this.#open(""));
    const choice = h("label", { className: "field" }, TEXTS.imagery.folder.choose, this.#folder);
    choice.hidden = folders.length === 1;
    const close = h("button", { type: "button", onclick: () => this.#close() }, words.close);
    this.#dialog = h(
      "dialog",
      { className: "layer-picker", "aria-labelledby": "layer-picker-heading" },
      h("h2", { id: "layer-picker-heading" }, words.heading),
      h("p", { className: "dim" }, words.hint),
      choice,
      this.#crumbs,
      this.#list,
      this.#status,
      h("div", { className: "buttons" }, close),
    );
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
  }

  show(): void {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    void this.#open("");
  }

  #close(): void {
    this.#dialog.close();
  }

  async #open(path: string, focus = false): Promise<void> {
    const turn = ++this.#asked;
    try {
      const found = await managing.layerFiles(this.#folder.value, path);
      if (turn !== this.#asked) return;
      this.#say("");
      this.#showCrumbs(path);
      const below = (name: string): string => (path ? `${path}/${name}` : name);
      const tiles = new Set(found.tile_folders);
      const entries = [
        ...found.folders.map((name) =>
          tiles.has(name) ? this.#file(name, below(name), words.tiles) : this.#subfolder(name, below(name)),
        ),
        ...found.files.map(({ name, size: bytes }) => this.#file(name, below(name), size(bytes))),
      ];
      fill(this.#list, ...(entries.length ? entries : [h("li", { className: "dim" }, words.empty)]));
      if (found.left_out > 0) this.#list.append(h("li", { className: "dim" }, words.leftOut(found.left_out)));
      if (focus) this.#list.querySelector("button")?.focus();
    } catch (error) {
      if (turn === this.#asked) this.#say((error as Error).message, true);
    }
  }

  #showCrumbs(path: string): void {
    const parts = path ? path.split("/") : [];
    const crumb = (name: string, to: string): HTMLElement =>
      to === path
        ? h("span", { "aria-current": "true" }, name)
        : h("button", { type: "button", className: "crumb", onclick: () => void this.#open(to, true) }, name);
    const all = parts.map((part, i) => crumb(part, parts.slice(0, i + 1).join("/")));
    fill(this.#crumbs, ...[crumb(this.#folder.value, ""), ...all].flatMap((one, i) => (i ? [" / ", one] : [one])));
  }

  #subfolder(name: string, path: string): HTMLElement {
    const open = h(
      "button",
      { type: "button", className: "crumb", onclick: () => void this.#open(path, true) },
      `${name}/`,
    );
    return h("li", {}, open);
  }

  #file(name: string, path: string, note: string): HTMLElement {
    const add = h("button", { type: "button", "aria-label": words.addNamed(name) }, words.add);
    add.addEventListener("click", () => void this.#add(path, add));
    return h("li", {}, h("span", { className: "file" }, name), h("span", { className: "dim" }, note), add);
  }

  async #add(path: string, button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    this.#say(words.reads);
    try {
      const { name } = await managing.addLayer({ ...this.signed, folder: this.#folder.value, path });
      this.#say(words.added(name));
      this.added(name);
    } catch (error) {
      this.#say((error as Error).message, true);
      button.disabled = false;
      button.focus();
    }
  }

  #say(text: string, bad = false): void {
    this.#status.classList.toggle("bad", bad);
    fill(this.#status, text);
  }
}
