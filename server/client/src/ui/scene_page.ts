/** The page of an open scene: its map, what lies over it, and the panels beside it. */

import { fill, h } from "../browser/dom";
import { markTabbed } from "../browser/tabbed";
import type { Desk } from "../desk/desk";
import { TEXTS } from "../texts";
import { introduction } from "./introduction";
import { panelParts } from "./panel";
import { pastDrawer } from "./past";
import { rail } from "./rail";
import { shapeMenu } from "./shape_menu";
import { stageParts } from "./stage";

export interface ScenePage {
  readonly map: HTMLElement;
  readonly stage: HTMLElement;
  readonly aside: HTMLElement;
}

/** The empty page of a scene, for a desk to draw its map in. */
export function scenePage(name: string): ScenePage {
  const map = h("div", { className: "map", tabindex: "0", role: "application", "aria-label": TEXTS.app.map(name) });
  markTabbed(map);
  const aside = h("aside", { className: "panel", "aria-label": TEXTS.app.review });
  return { map, stage: h("main", { className: "stage" }, map), aside };
}

/** Put the panels and tools of a desk into its page, which is in the document by then. */
export function furnish({ map, stage, aside }: ScenePage, desk: Desk): void {
  fill(aside, ...panelParts(desk));
  stage.before(rail(desk));
  const { changed } = desk.scene;
  if (changed) stage.append(h("div", { className: "scene-changed", role: "alert" }, changed));
  map.append(...stageParts(desk));
  map.after(shapeMenu(desk), pastDrawer(desk), introduction(desk));
}
