/** Places of the project's gazetteer that have a name which somebody typed. */

import * as api from "../api";
import { fill, h } from "../browser/dom";
import type { PlaceReply } from "../model/wire";
import { TEXTS } from "../texts";

const words = TEXTS.places;

export class PlaceList {
  readonly element = h("ul", { className: "places", hidden: true, "aria-label": words.heading });
  #asked = 0;

  constructor(
    private readonly sceneId: number,
    private readonly go: (place: PlaceReply) => void,
  ) {
    this.element.addEventListener("keydown", (event) => this.#move(event));
  }

  clear(): void {
    this.#asked += 1;
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** Show the places of a name, and give the first the focus; returns what to say, null for nothing new to be said. */
  async search(text: string): Promise<string | null> {
    this.clear();
    const asked = this.#asked;
    const { gazetteer, places } = await api.places(this.sceneId, text);
    if (asked !== this.#asked || !gazetteer) return null;
    if (!places.length) return words.none(text);
    fill(this.element, ...places.map((place) => h("li", {}, this.#button(place))));
    this.element.hidden = false;
    this.element.querySelector("button")?.focus();
    return words.found(places.length);
  }

  #button(place: PlaceReply): HTMLElement {
    const kind = (words.kinds as Record<string, string>)[place.kind];
    const where = place.in_scene ? null : words.outside;
    const detail = [kind, place.country, where].filter(Boolean).join(", ");
    const button = h("button", { type: "button" }, h("span", {}, place.name), h("span", { className: "dim" }, detail));
    button.addEventListener("click", () => this.go(place));
    return button;
  }

  #move(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const buttons = [...this.element.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.min(Math.max(at + by, 0), buttons.length - 1)]?.focus();
  }
}
