/** Folders of the server: gone through, and what is chosen in them is added. */

import { fill, h } from "../browser/dom";
import * as managing from "../managing";
import { identifier } from "../model/labels/identifier";
import { size } from "../model/view/size";
import { localTime } from "../model/view/when";
import type { ImageryFileReply, ImageryFilesReply, ImageryReply } from "../model/wire";
import { TEXTS } from "../texts";
import { nodataField } from "./nodata_field";

const words = TEXTS.imagery.folder;

/** The section; `queued` is called when something was queued. */
export function folderSection({ folders }: ImageryReply, queued: () => void): HTMLElement {
  const heading = h("h2", { id: "from-folder" }, words.heading);
  const place = h("section", { "aria-labelledby": heading.id }, heading);
  place.append(folders.length ? new FolderForm(folders, queued).element : h("p", {}, words.none));
  return place;
}

interface Entry {
  readonly name: string;
  readonly box: HTMLInputElement;
  readonly isFolder: boolean;
  /** Whether *Choose all* means it. */
  readonly isNew: boolean;
  readonly row: HTMLElement;
}

class FolderForm {
  readonly element: HTMLElement;
  readonly #folder = h("select", { id: "imagery-folder" });
  readonly #crumbs = h("nav", { className: "crumbs", "aria-label": words.path });
  readonly #list = h("div", { className: "imagery-list" });
  readonly #count = h("span", { className: "dim", role: "status" });
  readonly #all = h("button", { type: "button", title: words.allHint }, words.all);
  readonly #notes = h("div", {});
  readonly #status = h("p", { className: "imagery-status", role: "status" });
  readonly #button = h("button", { type: "submit", className: "imagery-add" }, words.button(0, 0));
  readonly #inPlace = h("input", { type: "checkbox", "aria-describedby": "in-place-hint" });
  readonly #nodata = nodataField("folder-nodata");
  #path = "";
  #entries: readonly Entry[] = [];
  /** Number of the last folder that was asked for. */
  #asked = 0;

  constructor(
    folders: ImageryReply["folders"],
    private readonly queued: () => void,
  ) {
    fill(this.#folder, ...folders.map(({ name }) => h("option", { value: name }, name)));
    const choice = h("div", { className: "pair" }, h("label", { for: this.#folder.id }, words.choose), this.#folder);
    choice.hidden = folders.length === 1;
    const form = h(
      "form",
      { className: "work-form imagery-form" },
      choice,
      this.#crumbs,
      h("div", { className: "pair" }, this.#all, this.#count),
      this.#list,
      this.#notes,
      h(
        "div",
        {},
        h("label", { className: "check" }, this.#inPlace, words.inPlace),
        h("p", { className: "dim in-place", id: "in-place-hint" }, words.inPlaceHint),
      ),
      this.#nodata.element,
      this.#button,
    );
    this.#folder.addEventListener("change", () => void this.#open(""));
    this.#all.addEventListener("click", () => this.#chooseAll());
    this.#list.addEventListener("change", () => this.#told());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#add();
    });
    this.element = h("div", {}, form, this.#status);
    void this.#open("");
  }

  /** Show a folder; with `focus` its first entry has the focus. */
  async #open(path: string, focus = false): Promise<void> {
    const turn = ++this.#asked;
    try {
      const found = await managing.imageryFiles(this.#folder.value, path);
      if (turn !== this.#asked) return;
      this.#path = path;
      this.#say("");
      this.#show(found);
      if (focus) this.#crumbs.querySelector<HTMLElement>("[aria-current]")?.focus();
    } catch (error) {
      if (turn === this.#asked) this.#say((error as Error).message, true);
    }
  }

  #show({ folders, files, left_out: leftOut, others }: ImageryFilesReply): void {
    this.#showCrumbs();
    this.#entries = [...folders.map((name) => this.#folderRow(name)), ...files.map((file) => fileRow(file))];
    const head = h("thead", {}, h("tr", {}, ...words.columns.map((name) => h("th", { scope: "col" }, name))));
    const table = h("table", {}, head, h("tbody", {}, ...this.#entries.map(({ row }) => row)));
    fill(this.#list, this.#entries.length ? table : h("p", { className: "dim" }, words.empty));
    fill(
      this.#notes,
      leftOut > 0 && h("p", { className: "warning" }, words.leftOut(leftOut)),
      others > 0 && h("p", { className: "dim" }, words.others(others)),
    );
    this.#told();
  }

  #showCrumbs(): void {
    const parts = this.#path ? this.#path.split("/") : [];
    const crumb = (name: string, path: string): HTMLElement =>
      path === this.#path
        ? h("span", { "aria-current": "true", tabindex: "-1" }, name)
        : h("button", { type: "button", className: "crumb", onclick: () => void this.#open(path, true) }, name);
    const all = parts.map((part, i) => crumb(part, parts.slice(0, i + 1).join("/")));
    fill(this.#crumbs, ...[crumb(this.#folder.value, ""), ...all].flatMap((one, i) => (i ? [" / ", one] : [one])));
  }

  #folderRow(name: string): Entry {
    const box = h("input", { type: "checkbox", "aria-label": words.choice(name) });
    const path = this.#path ? `${this.#path}/${name}` : name;
    const open = h(
      "button",
      {
        type: "button",
        className: "crumb",
        "aria-label": words.openNamed(name),
        onclick: () => void this.#open(path, true),
      },
      `${name}/`,
    );
    const label = h("label", { className: "check box-only" }, box);
    const cell = h("td", {}, h("div", { className: "entry" }, label, open));
    const row = h("tr", {}, cell, h("td", { className: "dim" }, words.subfolder), h("td", {}), h("td", {}));
    return { name, box, isFolder: true, isNew: true, row };
  }

  #chooseAll(): void {
    const some = this.#entries.filter(({ isNew }) => isNew);
    const on = some.some(({ box }) => !box.checked);
    for (const { box } of some) box.checked = on;
    this.#told();
  }

  get #chosen(): readonly Entry[] {
    return this.#entries.filter(({ box }) => box.checked);
  }

  #told(): void {
    const chosen = this.#chosen;
    this.#count.textContent = words.chosen(chosen.length);
    this.#button.textContent = words.button(...counts(chosen));
    this.#all.disabled = !this.#entries.some(({ isNew }) => isNew);
  }

  async #add(): Promise<void> {
    const chosen = this.#chosen;
    if (!chosen.length) return this.#say(words.noneChosen, true);
    this.#button.disabled = true;
    try {
      await managing.addImagery({
        token: identifier(),
        folder: this.#folder.value,
        path: this.#path,
        names: chosen.map(({ name }) => name),
        in_place: this.#inPlace.checked,
        nodata: this.#nodata.value(),
      });
      for (const { box } of this.#entries) box.checked = false;
      this.#told();
      this.#say(words.queued(...counts(chosen)), false, h("a", { href: "#jobs" }, TEXTS.imagery.toJobs));
      this.queued();
    } catch (error) {
      this.#say(words.refused((error as Error).message), true);
    }
    this.#button.disabled = false;
  }

  #say(text: string, bad = false, link: HTMLElement | null = null): void {
    this.#status.classList.toggle("bad", bad);
    fill(this.#status, text, link && " ", link);
  }
}

/** Numbers of folders and of files. */
function counts(entries: readonly Entry[]): [folders: number, files: number] {
  const folders = entries.filter(({ isFolder }) => isFolder).length;
  return [folders, entries.length - folders];
}

function fileRow({ name, size: bytes, modified_at: at, scene }: ImageryFileReply): Entry {
  const box = h("input", { type: "checkbox" });
  const label = h("label", { className: "check" }, box, name);
  const row = h(
    "tr",
    {},
    h("td", {}, label),
    h("td", { className: "number" }, size(bytes)),
    h("td", { className: "dim number" }, localTime(at)),
    h("td", {}, scene && h("a", { href: `#scene=${scene.id}` }, scene.name)),
  );
  return { name, box, isFolder: false, isNew: scene === null, row };
}
