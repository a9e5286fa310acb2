/** Field for the nodata value of files that have none. */

import { h } from "../browser/dom";
import { TEXTS } from "../texts";

const words = TEXTS.imagery;

export function nodataField(id: string): { readonly element: HTMLElement; value(): string | null } {
  const hint = h("span", { className: "dim", id: `${id}-hint` }, words.nodataHint);
  const input = h("input", { type: "text", id, className: "short", maxlength: 200, "aria-describedby": hint.id });
  const element = h("div", { className: "pair" }, h("label", { for: id }, words.nodata), input, hint);
  return { element, value: () => input.value.trim() || null };
}
