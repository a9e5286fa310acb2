/** Menu of the operations on the selection, and the slider of those that can be previewed. */

import { COMMANDS, keyCaps } from "../commands";
import type { Desk } from "../desk/desk";
import type { Operation } from "../desk/operations";
import { MENU_COMMANDS, MENU_DECISIONS, OPERATIONS } from "../desk/operations";
import type { Asked } from "../desk/shaping";
import { fill, h, keyCap } from "../browser/dom";
import { keyOf } from "../browser/keys";
import { numberField } from "./number_field";
import { TEXTS } from "../texts";

interface Entry {
  readonly id: string;
  readonly letter: string;
  readonly label: string;
  readonly hint: string;
  readonly run: () => void;
}

/** From the pointer, so that what it is on stays in sight. */
const ASIDE_PX = 24;

export function shapeMenu(desk: Desk): HTMLElement {
  const dialog = h("dialog", { className: "shape-menu", "aria-label": TEXTS.operations.list });
  const menu = new ShapeMenu(desk, dialog);
  desk.shaping.menu.watch((asked) => asked && menu.open(asked));
  // Before the mode sees it: a corner under the pointer is the mode's.
  desk.map.map.getViewport()!.addEventListener("contextmenu", (event) => menu.rightClick(event), true);
  return dialog;
}

class ShapeMenu {
  #entries: readonly Entry[] = [];
  #unwatch: (() => void) | null = null;
  #onKey: (event: KeyboardEvent) => boolean = () => false;
  /** Apply the operation that is tried. */
  #apply: (() => void) | null = null;

  constructor(
    private readonly desk: Desk,
    private readonly dialog: HTMLDialogElement,
  ) {
    dialog.addEventListener("keydown", (event) => {
      // The map listens to keys too.
      event.stopPropagation();
      if (event.key === "Escape" || this.#onKey(event)) event.preventDefault();
      if (event.key === "Escape") this.close();
    });
    document.addEventListener("pointerdown", this.#pressed, true);
    document.addEventListener("keydown", this.#keyElsewhere, true);
  }

  open({ page, operation }: Asked): void {
    if (!operation) this.#list();
    if (!this.dialog.open) this.dialog.show();
    if (operation) this.#try(operation);
    else this.#place(page);
  }

  close(): void {
    this.#unwatch?.();
    this.#unwatch = this.#apply = null;
    this.desk.edit.preview(null);
    this.desk.shaping.menu.set(null);
    this.dialog.close();
    this.desk.focus();
  }

  /** Open the menu on an object, which is selected by this. */
  rightClick(event: MouseEvent): void {
    const { desk } = this;
    // A drawing has no selection: what lies below it is not its concern.
    if (desk.isDrawing || desk.busy) return event.preventDefault();
    const position = desk.map.map.getEventCoordinate(event);
    if (desk.mode.value === "row" || desk.vertexEditor.removableAt(position)) return;
    const hit = desk.edit.at(position) ?? desk.bulk.at(position, 0)[0];
    if (!hit) return;
    event.preventDefault();
    if (!desk.selection.has(hit.uid)) desk.selection.set([hit]);
    desk.shaping.ask([event.clientX, event.clientY]);
  }

  /** A press beside the list closes it; while an operation is tried, the map can still be moved. */
  readonly #pressed = (event: Event): void => {
    if (!this.dialog.isConnected) return document.removeEventListener("pointerdown", this.#pressed, true);
    if (this.dialog.open && this.#entries.length && !this.dialog.contains(event.target as Node)) this.close();
  };

  /** The keys of an operation that is tried hold where the map was clicked meanwhile; all others are the map's. */
  readonly #keyElsewhere = (event: KeyboardEvent): void => {
    if (!this.dialog.isConnected) return document.removeEventListener("keydown", this.#keyElsewhere, true);
    if (!this.dialog.open || this.dialog.contains(event.target as Node) || document.querySelector("dialog:modal"))
      return;
    if (event.key !== "Escape" && (event.key !== "Enter" || !this.#apply)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") this.#apply!();
    else this.close();
  };

  #list(): void {
    const { selection, shaping } = this.desk;
    const operations = OPERATIONS.filter((o) => shaping.applies(o)).map((o): Entry => ({
      ...o,
      hint: `${o.hint} (Shift+${keyCaps(o.letter)})`,
      run: () => this.#choose(o),
    }));
    const offered = (commands: typeof MENU_COMMANDS): Entry[] =>
      commands.filter(([, id]) => shaping.offers(id)).map((entry) => this.#command(...entry));
    const [decisions, commands] = [offered(MENU_DECISIONS), offered(MENU_COMMANDS)];
    this.#entries = [...decisions, ...operations, ...commands];
    this.#onKey = (event) => this.#listKey(event);
    const words = TEXTS.selection.inMenu(selection.features.length);
    fill(
      this.dialog,
      h("p", { className: "shape-count" }, words),
      this.#group(TEXTS.operations.decisionsGroup, decisions),
      this.#group(TEXTS.operations.outlineGroup, operations),
      this.#group(TEXTS.operations.objectsGroup, commands),
      this.#entries.length === 0 && h("p", { className: "dim" }, TEXTS.selection.none),
    );
    (this.dialog.querySelector<HTMLElement>("button") ?? this.dialog).focus();
  }

  #command(letter: string, id: string): Entry {
    const command = COMMANDS.find((c) => c.id === id)!;
    const { label, hint, keys } = command;
    const last = id === "again" ? this.desk.shaping.last : null;
    return {
      id,
      letter,
      label: last ? `${label}: ${last.label.replace("…", "")}` : label,
      hint: `${hint} (${keyCaps(keys[0]!)})`,
      run: () => {
        this.close();
        command.run(this.desk, keys[0]!);
      },
    };
  }

  #group(name: string, entries: readonly Entry[]): HTMLElement | null {
    if (!entries.length) return null;
    const buttons = entries.map(({ id, letter, label, hint, run }) =>
      h(
        "button",
        { type: "button", title: hint, "data-operation": id, "aria-keyshortcuts": letter, onclick: run },
        h("span", {}, label),
        keyCap(keyCaps(letter)),
      ),
    );
    return h("div", { className: "shape-group", role: "group", "aria-label": name }, h("h2", {}, name), ...buttons);
  }

  #listKey(event: KeyboardEvent): boolean {
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (key === "arrowdown" || key === "arrowup") return this.#step(key === "arrowdown" ? 1 : -1);
    const entry = this.#entries.find((e) => e.letter === key);
    entry?.run();
    return entry !== undefined;
  }

  #step(by: 1 | -1): boolean {
    const buttons = [...this.dialog.querySelectorAll<HTMLElement>("button")];
    const index = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[(index + by + buttons.length) % buttons.length]?.focus();
    return true;
  }

  #choose(operation: Operation): void {
    if (operation.amounts) return this.#try(operation);
    this.close();
    this.desk.shaping.do(operation);
  }

  /** The slider of an operation; what it would do is drawn on the map. */
  #try(operation: Operation): void {
    const { shaping } = this.desk;
    const { steps, first } = operation.amounts!;
    const [least, most] = [steps[0]!, steps.at(-1)!];
    let amount = operation.isQuick ? shaping.amountOf(operation) : steps[first]!;
    const said = h("output", { className: "shape-said" });
    const slider = h("input", { type: "range", min: 0, max: steps.length - 1, step: 1, "aria-label": operation.label });
    const apply = (): void => {
      this.close();
      shaping.do(operation, amount);
    };
    const label = TEXTS.display.typed(operation.label.replace("…", ""));
    const typed = numberField({ label, least, most, step: 0.25, unit: "px" }, (value) => show(value), apply);
    const show = (wanted: number): void => {
      amount = Math.min(most, Math.max(least, wanted));
      const distances = steps.map((step) => Math.abs(step - amount));
      slider.value = String(distances.indexOf(Math.min(...distances)));
      slider.setAttribute("aria-valuetext", TEXTS.operations.pixels(amount));
      typed.show(amount);
      fill(said, shaping.try(operation, amount));
    };
    const step = (way: -1 | 1): void => show(steps[Number(slider.value) + way] ?? amount);
    const button = (label: string, key: string, run: () => void, attributes = {}): HTMLElement =>
      h("button", { type: "button", onclick: run, ...attributes }, label, " ", keyCap(key));
    slider.addEventListener("input", () => show(steps[Number(slider.value)]!));
    this.#entries = [];
    this.#apply = apply;
    this.#onKey = (event) => {
      // What is typed into the number is the number's.
      if (event.target instanceof HTMLInputElement && event.target !== slider) return false;
      const way = this.#way(event, operation.letter);
      if (way) step(way);
      if (event.key === "Enter" && event.target === slider) apply();
      return way !== 0 || (event.key === "Enter" && event.target === slider);
    };
    const cap = operation.letter.toUpperCase();
    fill(
      this.dialog,
      h("h2", {}, operation.label.replace("…", "")),
      h("div", { className: "shape-amount" }, slider, typed.element),
      h(
        "div",
        { className: "shape-steps" },
        button(TEXTS.operations.less, `Shift+${cap}`, () => step(-1)),
        button(TEXTS.operations.more, cap, () => step(1)),
      ),
      said,
      h(
        "div",
        { className: "shape-steps" },
        button(TEXTS.operations.cancel, "Esc", () => this.close()),
        button(TEXTS.operations.apply, "Enter", apply, { "data-operation": "apply" }),
      ),
    );
    this.#place(null);
    slider.focus();
    // An answer of the server in the meantime draws the selection anew.
    this.#unwatch = this.desk.selection.watch(({ length }) => {
      if (length) show(amount);
      else this.close();
    });
  }

  /** One step more or less where a key means that, else 0. */
  #way(event: KeyboardEvent, letter: string): -1 | 0 | 1 {
    const key = keyOf(event);
    if (event.ctrlKey || event.altKey) return 0;
    if (key === letter) return event.shiftKey ? -1 : 1;
    return key === "+" || key === "=" ? 1 : key === "-" ? -1 : 0;
  }

  /** At a place of the page as far as the stage reaches, or in the stage's corner. */
  #place(page: Asked["page"]): void {
    const { style, parentElement } = this.dialog;
    const stage = parentElement!.getBoundingClientRect();
    const [width, height] = [this.dialog.offsetWidth, this.dialog.offsetHeight];
    style.left = page ? `${Math.min(page[0] + ASIDE_PX - stage.left, stage.width - width - 8)}px` : "";
    style.top = page ? `${Math.max(8, Math.min(page[1] - stage.top, stage.height - height - 8))}px` : "";
    style.right = page ? "auto" : "";
  }
}
