/** The divider between this scene and the other one: dragged, or moved with the arrow keys. */

import type { Desk } from "../desk/desk";
import { slide } from "../model/view/compare";
import { h } from "../browser/dom";
import { TEXTS } from "../texts";

const STEP = 0.02;

export function divider({ comparing: { state: comparison } }: Desk): HTMLElement {
  const handle = h(
    "div",
    {
      className: "divider",
      role: "slider",
      tabindex: "0",
      "aria-label": TEXTS.compare.divider,
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      title: TEXTS.compare.dividerHint,
    },
    h("span", { "aria-hidden": "true" }, "⇔"),
  );
  let shown = false;
  comparison.watch((state) => {
    const there = state.divider !== null && state.shown;
    handle.hidden = !there;
    if (there) {
      handle.style.left = `${100 * state.divider}%`;
      handle.setAttribute("aria-valuenow", String(Math.round(100 * state.divider)));
      if (!shown) handle.focus({ preventScroll: true });
    }
    shown = there;
  });
  const move = (share: number): void => comparison.set(slide(comparison.value, share));
  handle.addEventListener("keydown", (event) => {
    const at = comparison.value.divider ?? 0.5;
    const to: Record<string, number> = { ArrowLeft: at - STEP, ArrowRight: at + STEP, Home: 0, End: 1 };
    if (!(event.key in to) || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    move(to[event.key]!);
  });
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = handle.parentElement!.getBoundingClientRect();
    move((event.clientX - box.left) / box.width);
  });
  return handle;
}
