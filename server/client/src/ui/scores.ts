/** The range of scores: two handles under the histogram of what there is. */

import type { Filter } from "../model/view/filter";
import type { ScoreCounts } from "../model/view/scores";
import { bars, BINS, inWords } from "../model/view/scores";
import type { Signal } from "../model/labels/signal";
import { h, s } from "../browser/dom";
import { numberField, type NumberField } from "./number_field";
import { TEXTS } from "../texts";

const WIDTH = 200;
const HEIGHT = 40;

/** `change` is called while a handle moves, `rest` when it has been let go. */
export function scoreRange(
  filter: Signal<Filter>,
  counts: Signal<ScoreCounts | null>,
  change: (news: Partial<Filter>) => void,
  rest: () => void,
): HTMLElement {
  const handle = (id: string, label: string): HTMLInputElement =>
    h("input", { id, type: "range", min: "0", max: "1", step: "0.01", "aria-label": label });
  const [low, high] = [handle("score-low", TEXTS.filter.lowest), handle("score-high", TEXTS.filter.highest)];
  low.addEventListener("input", () => change({ minScore: Math.min(low.valueAsNumber, filter.value.maxScore) }));
  high.addEventListener("input", () => change({ maxScore: Math.max(high.valueAsNumber, filter.value.minScore) }));
  for (const input of [low, high]) input.addEventListener("change", rest);
  const typed = (label: string, take: (value: number) => void): NumberField =>
    numberField({ label: TEXTS.display.typed(label), least: 0, most: 1, step: 0.01 }, take, rest);
  const [least, most] = [
    typed(TEXTS.filter.lowest, (value) => change({ minScore: Math.min(value, filter.value.maxScore) })),
    typed(TEXTS.filter.highest, (value) => change({ maxScore: Math.max(value, filter.value.minScore) })),
  ];
  const histogram = s("svg", {
    class: "histogram",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": TEXTS.filter.score,
  });
  const draw = (): void => {
    const { minScore, maxScore } = filter.value;
    low.valueAsNumber = minScore;
    high.valueAsNumber = maxScore;
    least.show(Number(minScore.toFixed(2)));
    most.show(Number(maxScore.toFixed(2)));
    if (counts.value) drawBars(histogram, counts.value, minScore, maxScore);
  };
  filter.watch(draw);
  counts.watch(draw);
  return h(
    "div",
    { className: "scores", role: "group", "aria-label": TEXTS.filter.score },
    h("div", { className: "slider" }, `${TEXTS.filter.score} `, least.element, "–", most.element),
    histogram,
    h("div", { className: "range" }, low, high),
    h(
      "div",
      { className: "dim key" },
      h("span", { className: "open" }, TEXTS.filter.proposed),
      h("span", { className: "decided" }, TEXTS.filter.decided),
    ),
  );
}

/** Decided below, solid; proposed above, hollow: told apart without colour. */
function drawBars(histogram: SVGElement, counts: ScoreCounts, min: number, max: number): void {
  const all = bars(counts);
  const tallest = Math.max(1, ...all.map(({ open, decided }) => open + decided));
  const step = WIDTH / BINS;
  const bar = (kind: string, i: number, count: number, below: number, out: boolean): SVGElement | null => {
    if (!count) return null;
    // A single object among thousands is still a pixel high.
    const [foot, height] = [(below / tallest) * (HEIGHT - 1), Math.max((count / tallest) * (HEIGHT - 1), 1)];
    return s("rect", {
      class: `${kind}${out ? " out" : ""}`,
      x: i * step + 0.5,
      width: step - 1,
      y: HEIGHT - foot - height,
      height,
    });
  };
  histogram.setAttribute("aria-label", inWords(counts));
  histogram.replaceChildren(
    ...all
      .flatMap(({ open, decided }, i) => {
        const out = (i + 1) / BINS <= min || i / BINS > max;
        return [bar("decided", i, decided, 0, out), bar("open", i, open, decided, out)];
      })
      .filter((rect) => rect !== null),
  );
}
