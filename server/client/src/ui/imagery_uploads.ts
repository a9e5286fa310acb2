/** Uploads from this computer: files are dropped or chosen, and go on after a lost connection, a pause and a reload. */

import { HttpError } from "../api";
import { recall, remember } from "../browser/memory";
import { fill, h } from "../browser/dom";
import * as managing from "../managing";
import { noteOf, readNotes, sortFiles, type Note } from "../model/imagery/sets";
import { type Notes, type Upload, Uploader } from "../model/imagery/uploader";
import { identifier } from "../model/labels/identifier";
import { size } from "../model/view/size";
import type { ImageryReply } from "../model/wire";
import { TEXTS } from "../texts";
import { nodataField } from "./nodata_field";
import type { PageContext } from "./side_page";
import { UploadRow } from "./upload_row";

const words = TEXTS.imagery.upload;

/** The uploads of this tab; they go on while other pages are shown. */
let uploader: Uploader | null = null;
/** What is told of changes: the section that is shown, if any. */
let shown: (() => void) | null = null;

function theUploader({ project }: PageContext, notes: Notes, mostBytes: number): Uploader {
  if (uploader) return uploader;
  const sender = {
    begin: (token: string, files: Note["files"]) => managing.beginUpload(token, project.uuid, files),
    put: managing.putPiece,
    finish: async (token: string, nodata: string | null) => (await managing.finishUpload(token, nodata)).id,
    cancel: managing.cancelUpload,
    statusOf: (error: unknown) => (error instanceof HttpError ? error.status : null),
  };
  const made = (uploader = new Uploader(sender, notes, mostBytes, () => shown?.()));
  window.addEventListener("online", () => made.retry());
  window.addEventListener("beforeunload", (event) => {
    if (made.isBusy) event.preventDefault();
  });
  return made;
}

export class UploadSection {
  readonly element: HTMLElement;
  readonly #uploader: Uploader;
  readonly #notes: Notes;
  readonly #rows = new Map<Upload, UploadRow>();
  readonly #list = h("ul", { className: "upload-list", "aria-label": words.list });
  readonly #begun = h("ul", { className: "upload-begun" });
  readonly #status = h("div", { className: "upload-status", role: "status" });
  readonly #nodata = nodataField("upload-nodata");
  readonly #input = h("input", { type: "file", multiple: true, hidden: true, "aria-label": words.button });
  readonly #button = h("button", { type: "button", className: "choose-files" }, words.button);
  readonly #closing = new AbortController();
  #jobs = 0;

  constructor(
    context: PageContext,
    places: ImageryReply,
    private readonly queued: () => void,
  ) {
    const key = `geoengine/uploads/${context.project.uuid}`;
    this.#notes = {
      read: () => readNotes(recall(key)),
      write: (notes) => remember(key, notes.length ? JSON.stringify(notes) : null),
    };
    this.#uploader = theUploader(context, this.#notes, places.piece_bytes);
    const heading = h("h2", { id: "from-computer" }, words.heading);
    const room = h("p", { className: "dim" }, words.room(size(places.room_bytes)));
    const drop = h("div", { className: "drop" }, h("span", {}, words.drop), this.#button, this.#input);
    const hint = h("p", { className: "dim" }, words.hint);
    const parts = [this.#nodata.element, drop, hint, room, this.#status, this.#begun, this.#list];
    this.element = h("section", { "aria-labelledby": heading.id }, heading, ...parts);
    this.#button.addEventListener("click", () => this.#input.click());
    this.#input.addEventListener("change", () => {
      this.#take([...(this.#input.files ?? [])]);
      this.#input.value = "";
    });
    listenToDrops(drop, this.#closing.signal, (files) => this.#take(files));
    shown = () => this.#show();
    this.#show();
    void this.#showBegun();
  }

  close(): void {
    this.#closing.abort();
    shown = null;
  }

  #take(files: readonly File[]): void {
    const { sets, alone, other } = sortFiles(files);
    const notes = this.#notes.read();
    const twice: string[] = [];
    for (const { files: together } of sets) {
      const note = noteOf(together, notes);
      const token = note?.token ?? identifier();
      const same = this.#uploader.uploads.find((upload) => upload.token === token);
      if (same?.isUnfinished) {
        twice.push(together[0]!.name);
        continue;
      }
      this.#uploader.add(token, together, this.#nodata.value() ?? note?.nodata ?? null);
    }
    const names = (some: readonly { readonly name: string }[]): string => some.map(({ name }) => name).join(", ");
    fill(
      this.#status,
      alone.length > 0 && h("p", { className: "warning" }, words.alone(names(alone))),
      other.length > 0 && h("p", { className: "warning" }, words.other(names(other))),
      twice.length > 0 && h("p", { className: "dim" }, words.twice(twice.join(", "))),
    );
    void this.#showBegun();
  }

  #show(): void {
    const { uploads } = this.#uploader;
    for (const upload of uploads)
      if (!this.#rows.has(upload)) this.#rows.set(upload, new UploadRow(upload, this.#uploader));
    const bodies = uploads.map((upload) => this.#rows.get(upload)!);
    for (const row of bodies) row.update();
    if (bodies.length !== this.#list.childElementCount || bodies.some(({ body }, i) => this.#list.children[i] !== body))
      this.#layOut(bodies);
    const jobs = uploads.filter(({ job }) => job !== null).length;
    if (jobs > this.#jobs) this.queued();
    this.#jobs = jobs;
  }

  #layOut(rows: readonly UploadRow[]): void {
    const hadFocus = this.#list.contains(document.activeElement);
    fill(this.#list, ...rows.map(({ body }) => body));
    if (hadFocus && !this.#list.contains(document.activeElement)) this.#button.focus();
  }

  /** Uploads that were begun before the page was opened, and are still there. */
  async #showBegun(): Promise<void> {
    const here = new Set(this.#uploader.uploads.map(({ token }) => token));
    const notes = this.#notes.read().filter(({ token }) => !here.has(token));
    const rows = await Promise.all(notes.map((note) => this.#begunRow(note)));
    fill(this.#begun, ...rows);
  }

  async #begunRow(note: Note): Promise<HTMLElement | null> {
    const name = note.files[0]!.name;
    let sent: number;
    try {
      sent = (await managing.upload(note.token)).files.reduce((sum, { offset }) => sum + offset, 0);
    } catch (error) {
      if (error instanceof HttpError && error.status === 404)
        this.#notes.write(this.#notes.read().filter(({ token }) => token !== note.token));
      return null;
    }
    const all = note.files.reduce((sum, file) => sum + file.size, 0);
    const discard = h("button", { type: "button", "aria-label": words.named(words.discard, name) }, words.discard);
    discard.addEventListener("click", () => {
      void this.#uploader.forget(note.token).then(() => this.#showBegun());
      this.#button.focus();
    });
    return h("li", {}, h("span", {}, words.begun(name, Math.floor((100 * sent) / Math.max(all, 1)))), " ", discard);
  }
}

/** Take files that are dropped anywhere on the page: beside the place meant for it, the browser would leave the page. */
function listenToDrops(place: HTMLElement, signal: AbortSignal, take: (files: readonly File[]) => void): void {
  const over = (event: DragEvent, on: boolean): void => {
    event.preventDefault();
    place.classList.toggle("over", on);
  };
  const { body } = document;
  body.addEventListener("dragover", (event) => over(event, true), { signal });
  body.addEventListener("dragleave", (event) => over(event, false), { signal });
  body.addEventListener(
    "drop",
    (event) => {
      over(event, false);
      take([...(event.dataTransfer?.files ?? [])]);
    },
    { signal },
  );
}
