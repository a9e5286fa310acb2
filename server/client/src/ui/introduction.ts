/** The first cards, over the foot of the map: they wait there, and hinder nobody who begins to work. */

import { fill, h, keyCap } from "../browser/dom";
import type { Desk } from "../desk/desk";
import { TEXTS } from "../texts";

const words = TEXTS.introduction;

export function introduction(desk: Desk): HTMLElement {
  const { introduction: shown } = desk.panel;
  const heading = h("h2", { id: "introduction-heading", tabindex: "-1" });
  const text = h("p", { "aria-live": "polite" });
  const dots = words.cards.map(() => h("span", { className: "card-dot" }));
  const at = h("span", { className: "spoken" });
  const button = (className: string, label: string, act: () => void): HTMLButtonElement =>
    h("button", { type: "button", className, onclick: act }, label);
  const isLast = (): boolean => shown.at.value === words.cards.length - 1;
  const back = button("introduction-back", words.back, () => shown.step(-1));
  const next = button("introduction-next", words.next, () => void (isLast() ? shown.close() : shown.step(1)));
  const close = button("close", "×", () => void shown.close());
  close.setAttribute("aria-label", words.close);
  const card = h(
    "div",
    { className: "introduction", role: "dialog", "aria-labelledby": heading.id },
    heading,
    close,
    text,
    h("div", { className: "introduction-way" }, h("span", { className: "dots" }, ...dots, at), back, next),
  );
  card.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") shown.close();
    else if (by) shown.step(by);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  shown.at.watch((index) => {
    // With the card its focus would be lost, and the map's keys with it.
    if (index === null && card.contains(document.activeElement)) desk.focus();
    const wasHidden = card.hidden;
    card.hidden = index === null;
    if (index === null) return;
    const [title, sentence] = words.cards[index]!;
    fill(heading, title);
    fill(text, ...withKeys(sentence));
    fill(at, words.at(index, words.cards.length));
    dots.forEach((dot, i) => dot.classList.toggle("on", i === index));
    back.setAttribute("aria-disabled", String(index === 0));
    fill(next, isLast() ? words.begin : words.next);
    if (wasHidden) heading.focus({ preventScroll: true });
  });
  return card;
}

/** A sentence with its keys as caps. */
function withKeys(sentence: string): Node[] {
  return sentence.split("`").map((part, index) => (index % 2 ? keyCap(part) : document.createTextNode(part)));
}
