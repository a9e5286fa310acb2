/** List of which only the rows in sight are in the page; all rows are of one height. */

import { fill, h } from "../browser/dom";
import { rowAfterKey, rowsInSight } from "../model/view/window";

/** Height of a row until one was measured, in pixels. */
const GUESS_PX = 92;

export class VirtualList<T> {
  readonly element: HTMLElement;
  #items: readonly T[] = [];
  #elements = new Map<number, HTMLElement>();
  #height = GUESS_PX;
  /** Row that Tab leads to; it stays in the page while it has the focus. */
  #current = 0;

  /**
   * `scroller` is what scrolls and holds the list; `make` makes the button of an item; `gap` is the space between rows
   * in pixels.
   */
  constructor(
    private readonly scroller: HTMLElement,
    label: string,
    private readonly make: (item: T) => HTMLElement,
    private readonly gap: number,
  ) {
    this.element = h("ul", { className: "virtual-list", "aria-label": label });
    this.element.addEventListener("focusin", ({ target }) => this.#focused(target as Element));
    scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(scroller);
  }

  /** Show other items, from the first on. */
  show(items: readonly T[]): void {
    [this.#items, this.#current] = [items, 0];
    this.#elements.clear();
    fill(this.element);
    this.scroller.scrollTop = 0;
    this.#draw();
  }

  /** Give the row of an item the focus, else the first; return whether there is any. */
  focus(item: T | null): boolean {
    this.#goTo(Math.max(0, item === null ? 0 : this.#items.indexOf(item)));
    return this.#items.length > 0;
  }

  /** Go where a key leads from the row with the focus, or from before the first; return whether it was one of ours. */
  walk(key: string, before: HTMLElement): boolean {
    const inList = this.element.contains(document.activeElement);
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.#height) - 1);
    const row = rowAfterKey(key, inList ? this.#current : -1, this.#items.length, page);
    if (row === null || !this.#items.length || (!inList && key !== "ArrowDown")) return false;
    if (row < 0) before.focus();
    else this.#goTo(row);
    return true;
  }

  #goTo(row: number): void {
    if (!this.#items.length) return;
    this.#current = row;
    const top = this.element.offsetTop + row * this.#height;
    // Under the head above the list, which sticks, a row is out of sight.
    const head = this.element.offsetTop;
    if (top - head < this.scroller.scrollTop) this.scroller.scrollTop = top - head;
    const below = top + this.#height - this.scroller.clientHeight;
    if (below > this.scroller.scrollTop) this.scroller.scrollTop = below;
    this.#draw();
    this.#elements.get(row)!.querySelector("button")!.focus({ preventScroll: true });
  }

  #focused(target: Element): void {
    const row = Number(target.closest("li")?.ariaPosInSet ?? 0) - 1;
    if (row < 0 || row === this.#current) return;
    this.#current = row;
    this.#draw();
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.scroller;
    const { length } = this.#items;
    const { from, to } = rowsInSight(length, this.#height, scrollTop - this.element.offsetTop, clientHeight);
    const rows = Array.from({ length: to - from }, (_, i) => from + i);
    // The row that Tab leads to stays, so that scrolling takes no focus away.
    if (this.#current < from) rows.unshift(this.#current);
    else if (this.#current >= to && this.#current < length) rows.push(this.#current);
    const before = this.#elements;
    this.#elements = new Map(rows.map((row) => [row, before.get(row) ?? this.#rowElement(row)]));
    for (const [row, element] of before) if (this.#elements.get(row) !== element) element.remove();
    let next = this.element.firstElementChild;
    for (const [row, element] of this.#elements) {
      element.querySelector("button")!.tabIndex = row === this.#current ? 0 : -1;
      element.style.top = `${row * this.#height}px`;
      if (element === next) next = next.nextElementSibling;
      else this.element.insertBefore(element, next);
    }
    this.element.style.height = `${Math.max(0, length * this.#height - this.gap)}px`;
    this.#measure();
  }

  /** Rows are as high as the style sheet makes them, which depends on the width of the page. */
  #measure(): void {
    const height = (this.element.firstElementChild as HTMLElement | null)?.offsetHeight;
    if (!height || height + this.gap === this.#height) return;
    this.#height = height + this.gap;
    this.#draw();
  }

  #rowElement(row: number): HTMLElement {
    const position = { "aria-setsize": String(this.#items.length), "aria-posinset": String(row + 1) };
    return h("li", position, this.make(this.#items[row]!));
  }
}
