/** List of which only the lines in sight are in the page; all items are of one height, one or several to a line. */

import { fill, h } from "../browser/dom";
import { itemAfterKey, rowsInSight } from "../model/view/window";

/** Height of an item until one was measured, in pixels. */
const GUESS_PX = 92;

/** How a list looks, and what its items are to a screen reader. */
export interface ListStyle<T> {
  readonly element: HTMLElement;
  /** Make the element of an item, which holds the button that Tab leads to. */
  make(item: T, index: number, count: number): HTMLElement;
  /** Space between two items, in pixels. */
  readonly gap: number;
  /** Least width of an item in pixels, where several may stand side by side. */
  readonly least?: number;
}

/** A list with buttons in a list of their own. */
export function plainStyle<T>(
  label: string,
  make: (item: T) => HTMLElement,
  gap: number,
  least?: number,
): ListStyle<T> {
  return {
    element: h("ul", { "aria-label": label }),
    make: (item, index, count) =>
      h("li", { "aria-setsize": String(count), "aria-posinset": String(index + 1) }, make(item)),
    gap,
    ...(least !== undefined && { least }),
  };
}

export class VirtualList<T> {
  readonly element: HTMLElement;
  #items: readonly T[] = [];
  #elements = new Map<number, HTMLElement>();
  #height = GUESS_PX;
  #columns = 1;
  /** Item that Tab leads to; it stays in the page while it has the focus. */
  #current = 0;
  /** True if that item was in sight when the list was last drawn. */
  #inSight = false;

  /** `scroller` is what scrolls and holds the list. */
  constructor(
    private readonly scroller: HTMLElement,
    private readonly style: ListStyle<T>,
  ) {
    this.element = style.element;
    this.element.classList.add("virtual-list");
    this.element.addEventListener("focusin", ({ target }) => this.#focused(target as Element));
    scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(scroller);
  }

  /** Show other items, from the first on. */
  show(items: readonly T[]): void {
    [this.#items, this.#current] = [items, 0];
    this.#elements.clear();
    fill(this.element);
    this.scroller.scrollTop = 0;
    this.#draw();
  }

  /** Give an item the focus, else the first; return whether there is any. */
  focus(item: T | null): boolean {
    this.#goTo(Math.max(0, item === null ? 0 : this.#items.indexOf(item)));
    return this.#items.length > 0;
  }

  /** Go where a key leads from the item with the focus, or from before the first; return whether it was one of ours. */
  walk(key: string, before: HTMLElement): boolean {
    const inList = this.element.contains(document.activeElement);
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.#height) - 1);
    const { length } = this.#items;
    const to = itemAfterKey(key, inList ? this.#current : -1, { count: length, page, columns: this.#columns });
    if (to === null || !length || (!inList && key !== "ArrowDown")) return false;
    if (to < 0) before.focus();
    else this.#goTo(to);
    return true;
  }

  #goTo(index: number): void {
    if (!this.#items.length) return;
    this.#current = index;
    this.#bring();
    this.#draw();
    this.#elements.get(index)!.querySelector("button")!.focus({ preventScroll: true });
  }

  /** Bring the item that Tab leads to into sight. */
  #bring(): void {
    const { highest, lowest } = this.#limits();
    const { scroller } = this;
    if (highest < scroller.scrollTop) scroller.scrollTop = highest;
    if (lowest > scroller.scrollTop) scroller.scrollTop = lowest;
  }

  /** How far the list may be scrolled, at most and at least, for the item that Tab leads to to be in sight. */
  #limits(): { readonly highest: number; readonly lowest: number } {
    const highest = Math.floor(this.#current / this.#columns) * this.#height;
    // Under the head of a table, which sticks, a row is out of sight.
    return { highest, lowest: this.element.offsetTop + highest + this.#height - this.scroller.clientHeight };
  }

  /** What comes above the list later takes room from it: an item with the focus stays in sight. */
  #resized(): void {
    this.#arrange();
    if (this.#inSight && this.element.contains(document.activeElement)) this.#bring();
    this.#draw();
  }

  #focused(target: Element): void {
    const item = [...this.#elements].find(([, element]) => element.contains(target));
    if (!item || item[0] === this.#current) return;
    this.#current = item[0];
    this.#draw();
  }

  #draw(): void {
    this.#arrange();
    const { scrollTop, clientHeight } = this.scroller;
    const { length } = this.#items;
    const lines = Math.ceil(length / this.#columns);
    const sight = rowsInSight(lines, this.#height, scrollTop - this.element.offsetTop, clientHeight);
    const [from, to] = [sight.from * this.#columns, Math.min(length, sight.to * this.#columns)];
    const shown = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    // The item that Tab leads to stays, so that scrolling takes no focus away.
    if (this.#current < from) shown.unshift(this.#current);
    else if (this.#current >= to && this.#current < length) shown.push(this.#current);
    const before = this.#elements;
    this.#elements = new Map(
      shown.map((index) => [index, before.get(index) ?? this.style.make(this.#items[index]!, index, length)]),
    );
    for (const [index, element] of before) if (this.#elements.get(index) !== element) element.remove();
    let next = this.element.firstElementChild;
    for (const [index, element] of this.#elements) {
      this.#place(element, index);
      if (element === next) next = next.nextElementSibling;
      else this.element.insertBefore(element, next);
    }
    this.element.style.height = `${Math.max(0, lines * this.#height - this.style.gap)}px`;
    const { highest, lowest } = this.#limits();
    this.#inSight = scrollTop <= highest && scrollTop >= lowest - 1;
    this.#measure();
  }

  #place(element: HTMLElement, index: number): void {
    const [line, column] = [Math.floor(index / this.#columns), index % this.#columns];
    element.querySelector("button")!.tabIndex = index === this.#current ? 0 : -1;
    element.style.top = `${line * this.#height}px`;
    const { gap } = this.style;
    element.style.left = `calc((100% + ${gap}px) * ${column / this.#columns})`;
    element.style.width = `calc((100% + ${gap}px) / ${this.#columns} - ${gap}px)`;
  }

  /** As many items to a line as the width has room for. */
  #arrange(): void {
    const { least, gap } = this.style;
    const width = this.element.clientWidth;
    if (least === undefined || !width) return;
    this.#columns = Math.max(1, Math.floor((width + gap) / (least + gap)));
  }

  /** Items are as high as the style sheet makes them, which depends on the width of the page. */
  #measure(): void {
    const height = (this.element.firstElementChild as HTMLElement | null)?.offsetHeight;
    if (!height || height + this.style.gap === this.#height) return;
    this.#height = height + this.style.gap;
    this.#draw();
  }
}
