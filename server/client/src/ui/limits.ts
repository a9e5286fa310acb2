/** Limits of the stretch: two handles under the histogram of what is in view, and the numbers typed. */

import { fill, h, s } from "../browser/dom";
import type { Desk } from "../desk/desk";
import type { Channel } from "../model/view/display_settings";
import { TEXTS } from "../texts";
import { numberField } from "./number_field";
import { commandButton } from "./toolbar";

const [WIDTH, HEIGHT] = [280, 44];
const STEPS = 1000;
const SETTLE_MS = 300;

type Range = readonly [number, number];

/** `isOpen` says whether it can be seen: nothing is asked of the server before. */
export function limitsControl(desk: Desk, isOpen: () => boolean): { element: HTMLElement; refresh: () => void } {
  const { stretch, settings } = desk.display;
  const choice = h("select", { "aria-label": TEXTS.display.limitsOf });
  const histogram = s("svg", { class: "histogram", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" });
  const handle = (label: string): HTMLInputElement =>
    h("input", { type: "range", min: 0, max: STEPS, step: 1, "aria-label": label });
  const [low, high] = [handle(TEXTS.display.black), handle(TEXTS.display.white)];
  let domain: Range = [0, 1];
  const chosen = (): number | null => (choice.value === "" ? null : Number(choice.value));
  const shown = (): Range => {
    const ranges = stretch.ranges ?? [[0, 1]];
    const one = chosen() === null ? undefined : ranges[chosen()!];
    return one ?? [Math.min(...ranges.map(([a]) => a)), Math.max(...ranges.map(([, b]) => b))];
  };
  const set = (range: Range): void => stretch.limit(chosen(), range);
  const numbers = [TEXTS.display.black, TEXTS.display.white].map((label, i) =>
    numberField(
      { label: TEXTS.display.typed(label), least: -Number.MAX_VALUE, most: Number.MAX_VALUE, step: "any" },
      (value) => set(i ? [shown()[0], value] : [value, shown()[1]]),
      () => desk.focus(),
    ),
  );
  const valueOf = (input: HTMLInputElement): number =>
    domain[0] + (input.valueAsNumber / STEPS) * (domain[1] - domain[0]);
  const show = (): void => {
    const [from, to] = shown();
    domain = domainOf(stretch.channels.value, [from, to]);
    const step = (value: number): string => String(Math.round(((value - domain[0]) / (domain[1] - domain[0])) * STEPS));
    [low.value, high.value] = [step(from), step(to)];
    numbers[0]!.show(Number(from.toPrecision(5)));
    numbers[1]!.show(Number(to.toPrecision(5)));
    drawChannels(histogram, stretch.channels.value, domain, chosen());
  };
  // The server draws the tiles: they are asked for when a handle has been let go.
  low.addEventListener("change", () => (set([valueOf(low), shown()[1]]), show()));
  high.addEventListener("change", () => (set([shown()[0], valueOf(high)]), show()));
  low.addEventListener("input", () => numbers[0]!.show(Number(valueOf(low).toPrecision(5))));
  high.addEventListener("input", () => numbers[1]!.show(Number(valueOf(high).toPrecision(5))));
  choice.addEventListener("change", show);
  const element = h(
    "div",
    { className: "limits", role: "group", "aria-label": TEXTS.display.limitsHeading },
    choice,
    histogram,
    h("div", { className: "range" }, low, high),
    h("div", { className: "ends" }, ...numbers.map((one) => one.element)),
    commandButton("stretch-view", desk),
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const refresh = (): void => {
    clearTimeout(timer);
    if (isOpen()) timer = setTimeout(() => isOpen() && element.isConnected && void stretch.measure(), SETTLE_MS);
  };
  desk.map.map.on("moveend", refresh);
  let bands: string | null | undefined;
  settings.watch((now) => {
    if (bands !== now.bands || !now.limits?.startsWith("range")) refresh();
    bands = now.bands;
    show();
  });
  stretch.channels.watch((channels) => {
    const names = channels.map(({ name }) => name);
    if (
      names.join() !==
      [...choice.options]
        .slice(1)
        .map((o) => o.text)
        .join()
    ) {
      fill(
        choice,
        h("option", { value: "" }, TEXTS.display.allBands),
        ...names.map((n, i) => h("option", { value: i }, n)),
      );
      choice.hidden = names.length < 2;
    }
    element.hidden = !channels.length;
    show();
  });
  return { element, refresh };
}

/** From the least to the greatest of what is counted, and of the limits. */
function domainOf(channels: readonly Channel[], [from, to]: Range): Range {
  const counted = channels.filter(({ counts }) => counts.length);
  const [start, end] = [Math.min(from, ...counted.map((c) => c.start)), Math.max(to, ...counted.map((c) => c.end))];
  return end > start ? [start, end] : [start, start + 1];
}

/** One outline for each channel, all to one scale; that of the chosen one is filled. */
function drawChannels(histogram: SVGElement, channels: readonly Channel[], domain: Range, chosen: number | null): void {
  const shown = channels.map((channel, i) => [channel, i] as const).filter(([, i]) => chosen === null || chosen === i);
  // A single value that many pixels have, as black has, must not flatten the rest.
  const tallest = Math.max(1, ...shown.map(([{ counts }]) => [...counts].sort((a, b) => b - a)[2] ?? 0));
  const x = (value: number): number => ((value - domain[0]) / (domain[1] - domain[0])) * WIDTH;
  histogram.setAttribute("role", "img");
  histogram.setAttribute("aria-label", TEXTS.display.histogram(shown.map(([c]) => [c.name, c.p2, c.p98] as const)));
  histogram.replaceChildren(
    ...shown.map(([{ counts, start, end }, i]) => {
      const step = (end - start) / Math.max(1, counts.length);
      const points = counts.flatMap((count, n) => {
        const y = HEIGHT - Math.min(1, count / tallest) * (HEIGHT - 1);
        return [
          `${x(start + n * step).toFixed(1)},${y.toFixed(1)}`,
          `${x(start + (n + 1) * step).toFixed(1)},${y.toFixed(1)}`,
        ];
      });
      const outline = [`${x(start).toFixed(1)},${HEIGHT}`, ...points, `${x(end).toFixed(1)},${HEIGHT}`].join(" ");
      return s("polyline", { class: `channel channel-${channels.length > 1 ? i : "grey"}`, points: outline });
    }),
  );
}
