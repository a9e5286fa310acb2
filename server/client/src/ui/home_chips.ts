/** Chips that choose which scenes are shown, each with how many it would show. */

import type { SceneSummary } from "../api";
import { fill, h } from "../browser/dom";
import type { Choice } from "../model/view/home";
import { chipCounts, STATES } from "../model/view/home";
import { TEXTS } from "../texts";

type Chip = keyof typeof TEXTS.home.chip;

const CHIPS = Object.keys(TEXTS.home.chip) as Chip[];

export interface Chips {
  readonly element: HTMLElement;
  /** Say what is chosen, and what each would show. */
  show(scenes: readonly SceneSummary[], choice: Choice, me: string): void;
}

/** `change` is called with what a press changes of the choice. */
export function chips(change: (news: Partial<Choice>) => void): Chips {
  let now: Choice;
  const counts = new Map(CHIPS.map((chip) => [chip, h("span", { className: "count" })]));
  const buttons = CHIPS.map((chip) => {
    const [label, hint] = TEXTS.home.chip[chip];
    const press = (): void => change(pressed(now, chip));
    const button = h("button", { type: "button", className: `chip chip-${chip}`, title: hint, onclick: press });
    fill(button, label, " ", counts.get(chip));
    return button;
  });
  return {
    element: h("div", { className: "chips", role: "group", "aria-label": TEXTS.home.chips }, ...buttons),
    show: (scenes, choice, me) => {
      now = choice;
      const numbers = chipCounts(scenes, choice, me);
      for (const [i, chip] of CHIPS.entries()) {
        counts.get(chip)!.textContent = numbers[chip].toLocaleString("en");
        buttons[i]!.setAttribute("aria-pressed", String(isOn(choice, chip)));
      }
    },
  };
}

function isOn(choice: Choice, chip: Chip): boolean {
  return chip === "mine" || chip === "bare" ? choice[chip] : choice.state === chip;
}

/** A state takes the place of another one; pressed again it goes. */
function pressed(choice: Choice, chip: Chip): Partial<Choice> {
  if (chip === "mine" || chip === "bare") return { [chip]: !choice[chip] };
  return { state: choice.state === chip ? null : STATES.find((state) => state === chip)! };
}
