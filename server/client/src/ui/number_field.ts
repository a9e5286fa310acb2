/** The number beside a slider, which can be typed too. */

import { h } from "../browser/dom";

export interface NumberField {
  readonly element: HTMLElement;
  /** Show a value, unless one is being typed. */
  show(value: number): void;
}

interface Shape {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number | "any";
  /** Written after the number. */
  readonly unit?: string;
  readonly id?: string;
}

/** `take` gets what is typed, within the limits; `done` is called after Enter. */
export function numberField(shape: Shape, take: (value: number) => void, done: () => void): NumberField {
  const { label, least, most, step, unit, id } = shape;
  const input = h("input", {
    id,
    type: "number",
    min: Math.abs(least) < Number.MAX_VALUE ? least : null,
    max: most < Number.MAX_VALUE ? most : null,
    step,
    "aria-label": label,
  });
  let shown = 0;
  const show = (value: number): void => {
    shown = value;
    if (document.activeElement !== input) input.value = String(value);
  };
  const typed = (): void => {
    const value = input.value === "" ? NaN : Number(input.value);
    if (Number.isFinite(value)) take(Math.min(most, Math.max(least, value)));
    input.value = String(shown);
  };
  input.addEventListener("change", typed);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    typed();
    done();
  });
  // The wheel scrolls the panel; it must not change a value that it passes over.
  input.addEventListener("wheel", () => input.blur());
  return { element: h("span", { className: "number" }, input, unit ?? ""), show };
}
