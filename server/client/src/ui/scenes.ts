/** List of the project's scenes. */

import type { SceneSummary } from "../api";
import { recallHere, rememberHere } from "../browser/memory";
import type { SortOrder, LonLatBox } from "../model/view/catalog";
import { drawn, find, inOrder, ORDERS, boxAround } from "../model/view/catalog";
import { listOrder, rememberListOrder } from "../desk/next_scene";
import { fill, h, s } from "../browser/dom";
import { VirtualList } from "./virtual_list";
import { markingBadge } from "./marking";
import { TEXTS } from "../texts";

const WORDS = "geoengine/scene-words";
const [WIDE, HIGH] = [108, 72];
/** Space between two rows. */
const GAP_PX = 6;

/** `last` is the scene that was open before; it gets the focus. */
export function sceneList(
  scenes: readonly SceneSummary[],
  open: (id: number) => void,
  last: number | null,
): HTMLElement {
  if (!scenes.length) {
    return h(
      "main",
      { className: "scenes" },
      h("h1", {}, TEXTS.scenes.heading),
      h("p", {}, TEXTS.scenes.none, h("code", {}, "geoengine add -p DIR RASTER")),
    );
  }
  const box = boxAround(
    scenes.map(({ footprint }) => footprint),
    WIDE / HIGH,
  );
  const main = h("main", { className: "scenes" });
  const list = new VirtualList<SceneSummary>(main, TEXTS.scenes.heading, (scene) => card(scene, box, open), GAP_PX);
  const words = h("input", {
    type: "text",
    id: "scene-words",
    placeholder: TEXTS.scenes.placeholder,
    value: recallHere(WORDS) ?? "",
  });
  const order = h(
    "select",
    { id: "scene-order" },
    ...Object.entries(ORDERS).map(([value, name]) => h("option", { value }, name)),
  );
  order.value = listOrder();
  const found = h("p", { className: "dim found", role: "status" });
  const show = (): void => {
    rememberHere(WORDS, words.value);
    rememberListOrder(order.value as SortOrder);
    const shown = inOrder(find(scenes, words.value), order.value as SortOrder);
    list.show(shown);
    found.textContent = TEXTS.scenes.found(shown.length, scenes.length);
  };
  words.addEventListener("input", show);
  order.addEventListener("change", show);
  main.append(
    h(
      "div",
      { className: "scenes-head" },
      h("h1", {}, TEXTS.scenes.heading),
      h("label", { for: "scene-words" }, TEXTS.scenes.find),
      words,
      h("label", { for: "scene-order" }, TEXTS.scenes.order),
      order,
      found,
    ),
    list.element,
  );
  show();
  main.addEventListener("keydown", (event) => {
    const { key, ctrlKey, altKey, metaKey, target } = event;
    if (ctrlKey || altKey || metaKey || target === order) return;
    if (list.walk(key, words)) event.preventDefault();
  });
  queueMicrotask(() => list.focus(scenes.find(({ id }) => id === last) ?? null) || words.focus());
  return main;
}

function card(scene: SceneSummary, box: LonLatBox | null, open: (id: number) => void): HTMLElement {
  const { proposed, accepted, rejected } = scene.counts;
  const [total, decided] = [proposed + accepted + rejected, accepted + rejected];
  const scale = scene.gsd_m === null ? TEXTS.scenes.noGeoreference : TEXTS.scenes.scale(scene.gsd_m);
  const taken = [scene.acquired_at?.slice(0, 10), scene.sensor].filter(Boolean).join(", ");
  const button = h("button", { type: "button", className: "scene-card", onclick: () => open(scene.id) });
  fill(
    button,
    h("img", { loading: "lazy", alt: "", src: scene.thumbnail }),
    whereabouts(scene, box),
    h(
      "span",
      { className: "scene-what" },
      h("span", { className: "scene-name" }, scene.name, scene.marking && markingBadge(scene.marking)),
      h("span", { className: "dim scene-size" }, TEXTS.scenes.size(scene.width, scene.height, scale, scene.crs)),
      scene.changed && h("span", { className: "scene-changed", title: scene.changed }, scene.changed),
    ),
    h("span", { className: "scene-date" }, taken || h("span", { className: "dim" }, TEXTS.scenes.noDate)),
    h(
      "span",
      { className: "scene-progress" },
      h("progress", { max: Math.max(total, 1), value: decided, "aria-label": TEXTS.panel.decided }),
      h("span", {}, TEXTS.scenes.decided(decided, total)),
      h("span", { className: "dim" }, total ? TEXTS.scenes.toReview(proposed, accepted) : ""),
    ),
  );
  return button;
}

/** The footprint at its place among all scenes, north up, on a plain box of longitude and latitude. */
function whereabouts({ footprint }: SceneSummary, box: LonLatBox | null): HTMLElement {
  const shape = footprint && box ? [s("path", { d: drawn(footprint, box, WIDE, HIGH, 5) })] : [];
  const svg = s("svg", { viewBox: `0 0 ${WIDE} ${HIGH}` }, ...shape);
  const first = footprint?.[0]?.[0];
  return h(
    "span",
    {
      className: "whereabouts",
      title: first ? TEXTS.scenes.near(first[0], first[1]) : TEXTS.scenes.noLocation,
      "aria-hidden": "true",
    },
    svg as unknown as HTMLElement,
  );
}
