/** The scenes of the project, with what is left to do in each. */

import type { SceneSummary } from "../api";
import { fill, h } from "./dom";

export function sceneList(scenes: readonly SceneSummary[], open: (id: number) => void): HTMLElement {
  const section = h("main", { className: "scenes" }, h("h1", {}, "Scenes"));
  const cards = h("ul", { className: "scene-cards" }, ...scenes.map((scene) => h("li", {}, card(scene, open))));
  section.append(
    scenes.length ? cards : h("p", {}, "This project has no scenes yet. Add one at the command line: ", h("code", {}, "geoengine add -p DIR RASTER")),
  );
  return section;
}

function acquisition({ acquired_at: time, sensor }: SceneSummary): string {
  return [time ? `acquired ${time.slice(0, 10)}` : "", sensor ?? ""].filter(Boolean).join(", ");
}

function card(scene: SceneSummary, open: (id: number) => void): HTMLElement {
  const { proposed, accepted, rejected } = scene.counts;
  const total = proposed + accepted + rejected;
  const count = (n: number): string => n.toLocaleString("en");
  const scale = scene.gsd_m === null ? "no georeference" : `${Number(scene.gsd_m.toPrecision(3))} m per pixel`;
  const button = h("button", { type: "button", className: "scene-card", onclick: () => open(scene.id) });
  fill(
    button,
    h("img", { src: scene.thumbnail, alt: "", loading: "lazy" }),
    h("span", { className: "scene-name" }, scene.name),
    h("span", { className: "dim" }, `${scene.width} × ${scene.height} px, ${scale}`),
    scene.acquired_at || scene.sensor ? h("span", { className: "dim" }, acquisition(scene)) : null,
    h("progress", { max: Math.max(total, 1), value: accepted + rejected, "aria-label": "decided" }),
    h("span", {}, `${count(proposed)} to review`),
    h("span", { className: "dim" }, `${count(accepted)} accepted, ${count(rejected)} rejected`),
    scene.marking ? h("span", { className: "scene-marking" }, scene.marking) : null,
  );
  return button;
}
