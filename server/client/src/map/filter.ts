/** Colours of the imagery as the browser alters them: one curve through every level, as a filter over its canvas. */

import type { DisplaySettings } from "../model/view/display_settings";
import { curve, isNeutral } from "../model/view/display_settings";

const SVG = "http://www.w3.org/2000/svg";

export class ImageryFilter {
  readonly #channels: readonly SVGElement[];

  constructor(private readonly target: HTMLElement) {
    const make = (name: string, values: Record<string, string> = {}, ...children: SVGElement[]): SVGElement => {
      const element = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
      element.append(...children);
      return element;
    };
    this.#channels = ["R", "G", "B"].map((channel) => make(`feFunc${channel}`, { type: "table" }));
    const transfer = make("feComponentTransfer", {}, ...this.#channels);
    // Levels are altered as they are stored, not as light.
    const filter = make(
      "filter",
      { id: "imagery-levels", "color-interpolation-filters": "sRGB", x: "0", y: "0", width: "1", height: "1" },
      transfer,
    );
    target.append(make("svg", { width: "0", height: "0", "aria-hidden": "true", class: "filters" }, filter));
  }

  show(settings: DisplaySettings): void {
    const values = curve(settings)
      .map((value) => value.toFixed(4))
      .join(" ");
    for (const channel of this.#channels) channel.setAttribute("tableValues", values);
    // Set through the object model, which a strict content policy allows.
    this.target.style.setProperty("--imagery-filter", isNeutral(settings) ? "none" : 'url("#imagery-levels")');
    this.target.style.setProperty("--imagery-opacity", String(settings.opacity));
  }
}
