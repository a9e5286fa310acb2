/** Elements over the map: read-outs and boxes. */

import type { Desk } from "../desk/desk";
import { attributeForm } from "./attribute_form";
import { classPalette } from "./class_palette";
import { compareBadge } from "./compare";
import { northArrow } from "./compass";
import { divider } from "./divider";
import { goToBox } from "./goto";
import { modeHint } from "./hint";
import { noteField } from "./note_field";
import { pinCard } from "./pin_card";
import { pinField } from "./pin_field";
import { offerBar } from "./offer";
import { sceneEndCard } from "./scene_end";
import { minimap } from "./minimap";
import { sweepBar } from "./sweep_bar";
import { measureBadge, markCard, readout } from "./readout";

export function stageParts(desk: Desk): HTMLElement[] {
  const corner = (name: string, ...parts: HTMLElement[]): HTMLElement => {
    const element = document.createElement("div");
    element.className = `corner ${name}`;
    element.append(...parts);
    return element;
  };
  return [
    divider(desk),
    corner(
      "top-left",
      goToBox(desk),
      classPalette(desk),
      noteField(desk),
      attributeForm(desk),
      pinField(desk),
      pinCard(desk),
    ),
    corner(
      "top",
      sweepBar(desk),
      modeHint(desk),
      offerBar(desk),
      sceneEndCard(desk),
      compareBadge(desk),
      measureBadge(desk),
    ),
    corner("top-right", northArrow(desk.map)),
    corner("bottom-left", minimap(desk)),
    corner("bottom-right", markCard(desk), readout(desk)),
  ];
}
