/** Panel of display settings: bands, stretch and colormap from the server; brightness and the like from the browser. */

import type { Desk } from "../desk/desk";
import type { DisplaySettings, Slider } from "../model/view/display_settings";
import { isSingle, PLAIN, RANGES } from "../model/view/display_settings";
import { fill, h, keyCap } from "../browser/dom";
import { limitsControl } from "./limits";
import { numberField } from "./number_field";
import { TEXTS } from "../texts";

const OWN = "own";

export function displayPanel(desk: Desk): HTMLElement {
  const {
    display,
    scene: { looks },
  } = desk;
  const set = (news: Partial<DisplaySettings>): void => display.adjust(news);
  const changed = h("span", { className: "dim" });
  const reset = h(
    "button",
    { type: "button", className: "reset reset-display", onclick: () => display.reset() },
    TEXTS.display.reset,
  );

  const bands = choice(
    "display-bands",
    TEXTS.display.bands,
    [
      ["", TEXTS.display.asRegistered(registered(desk))],
      ...looks.combinations.map((name): [string, string] => [name, TEXTS.display.combinations[name] ?? name]),
      ...(looks.bands.length > 2 ? [[OWN, TEXTS.display.rgb] as [string, string]] : []),
      ...(looks.bands.length > 1
        ? looks.bands.map((name, i): [string, string] => [String(i + 1), TEXTS.display.only(i + 1, name)])
        : []),
    ],
    (value) => set({ bands: value === OWN ? threeOf(display.settings.value, looks.stretch.bands) : value }),
  );
  const three = TEXTS.display.channels.map((name, i) => {
    const select = h("select", { "aria-label": TEXTS.display.channel(name) });
    fill(select, ...looks.bands.map((band, n) => h("option", { value: String(n + 1) }, `${n + 1} ${band}`)));
    select.addEventListener("change", () => {
      const now = (display.settings.value.bands ?? "").split(",");
      now[i] = select.value;
      set({ bands: now.join(",") });
    });
    return select;
  });
  const rgb = h("div", { className: "three" }, ...three);
  const limits = choice(
    "display-limits",
    TEXTS.display.stretch,
    [["", TEXTS.display.default], ...Object.entries(TEXTS.display.limits), [OWN, TEXTS.display.own]],
    (value) => value !== OWN && set({ limits: value }),
  );
  const range = limitsControl(desk, () => desk.panel.front.value === "view");
  const colors = choice(
    "display-colors",
    TEXTS.display.colormap,
    [["", TEXTS.display.default], ...looks.colormaps.map((name): [string, string] => [name, name])],
    (value) => set({ colormap: value }),
  );

  const sliders = [
    slider("brightness", TEXTS.display.brightness, desk, AS_IT_IS, keyCap("["), keyCap("]")),
    slider("contrast", TEXTS.display.contrast, desk, AS_IT_IS),
    // By powers, so that half and double are equally far from 1.
    slider("gamma", TEXTS.display.gamma, desk, { toSlider: Math.log2, toValue: (v) => 2 ** v }),
    slider("opacity", TEXTS.display.opacity, desk, AS_IT_IS),
  ];
  display.settings.watch((settings) => {
    const own = /^\d+,/.test(settings.bands ?? "");
    bands.select.value = own ? OWN : (settings.bands ?? "");
    rgb.hidden = !own;
    if (own) settings.bands!.split(",").forEach((band, i) => (three[i]!.value = band));
    limits.select.value = settings.limits?.startsWith("range:") ? OWN : (settings.limits ?? "");
    // An index has no statistics of its own.
    for (const option of limits.select.options)
      option.disabled = settings.bands === "ndvi" && /^(p|m|s)/.test(option.value);
    colors.select.value = settings.colormap ?? "";
    colors.row.hidden = !isSingle(settings.bands);
    const plain = JSON.stringify(settings) === JSON.stringify(PLAIN);
    changed.textContent = plain ? "" : TEXTS.display.changed;
    reset.disabled = plain;
  });
  const heading = h("h2", { id: "display-heading" }, TEXTS.display.panel, changed);
  const section = h(
    "section",
    { className: "display-panel", "aria-labelledby": heading.id },
    h("div", { className: "legend-head" }, heading, reset),
    desk.scene.fill && h("p", { className: "note" }, desk.scene.fill),
    bands.row,
    rgb,
    limits.row,
    range.element,
    colors.row,
    ...sliders,
  );
  desk.panel.front.watch(() => range.refresh());
  // Whoever used the mouse goes on with the map's keys.
  section.addEventListener("pointerup", ({ target }) => {
    const isTyped = target instanceof HTMLInputElement && target.type === "number";
    if (!(target instanceof HTMLSelectElement) && !isTyped) desk.focus();
  });
  return section;
}

/** "1 red, 2 green, 3 blue", or the bands of the index. */
function registered({ scene: { looks } }: Desk): string {
  return looks.stretch.bands.map((band) => looks.bands[band - 1] ?? `band ${band}`).join(", ");
}

function threeOf({ bands }: DisplaySettings, own: readonly number[]): string {
  if (/^\d+,/.test(bands ?? "")) return bands!;
  return (own.length === 3 ? own : [1, 2, 3]).join(",");
}

function choice(
  id: string,
  label: string,
  options: readonly (readonly [string, string])[],
  choose: (value: string | null) => void,
): { row: HTMLElement; select: HTMLSelectElement } {
  const select = h("select", { id });
  fill(select, ...options.map(([value, name]) => h("option", { value }, name)));
  select.addEventListener("change", () => choose(select.value || null));
  return { row: h("div", { className: "choice" }, h("label", { for: id }, label), select), select };
}

/** The way from a value to where its slider is, and back. */
interface Scale {
  toSlider(value: number): number;
  toValue(value: number): number;
}

const AS_IT_IS: Scale = { toSlider: (v) => v, toValue: (v) => v };

function slider(name: Slider, label: string, desk: Desk, scale: Scale, ...keys: Node[]): HTMLElement {
  const { display } = desk;
  const [least, most] = RANGES[name];
  const [from, to] = [scale.toSlider(least), scale.toSlider(most)];
  const input = h("input", { type: "range", id: `display-${name}`, min: from, max: to, step: 0.01 });
  const factor = name === "gamma" ? 1 : 100;
  const typed = numberField(
    {
      label: TEXTS.display.typed(label),
      least: factor * least,
      most: factor * most,
      step: name === "gamma" ? 0.05 : 1,
      unit: name === "gamma" ? "" : "%",
    },
    (value) => display.adjust({ [name]: value / factor }),
    () => desk.focus(),
  );
  input.addEventListener("input", () => display.adjust({ [name]: scale.toValue(input.valueAsNumber) }));
  input.addEventListener("dblclick", () => display.adjust({ [name]: PLAIN[name] }));
  display.settings.watch((settings) => {
    input.value = String(scale.toSlider(settings[name]));
    typed.show(name === "gamma" ? Number(settings.gamma.toFixed(2)) : Math.round(100 * settings[name]));
  });
  return h(
    "div",
    { className: "choice sliding" },
    h("label", { for: `display-${name}` }, label, " ", ...keys),
    input,
    typed.element,
  );
}
