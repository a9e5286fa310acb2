/** Classes whose colours are hard to see on the scene as it is shown. */

import type { Desk } from "../desk/desk";
import { fill, h } from "../browser/dom";
import { sceneColors } from "../map/scene_colors";
import type { Lab } from "../model/view/color_difference";
import { hardToSee } from "../model/view/color_difference";
import { tileQuery } from "../model/view/display_settings";
import { TEXTS } from "../texts";

export function contrastWarning(desk: Desk): HTMLElement {
  const element = h("div", { className: "contrast-warning" });
  let pixels: readonly Lab[] = [];
  let shown: string | null = null;
  const tell = (): void =>
    fill(
      element,
      ...hardToSee(desk.classes.value, pixels).map(([{ name }, share]) =>
        h("p", { className: "dim color-warning" }, TEXTS.legend.hardToSee(name, share)),
      ),
    );
  const look = async (query: string): Promise<void> => {
    shown = query;
    const found = await sceneColors(desk.scene, query);
    if (shown !== query) return;
    pixels = found;
    tell();
  };
  desk.display.settings.watch((settings) => {
    const query = tileQuery(settings);
    if (query !== shown) void look(query);
  });
  desk.classes.watch(tell);
  return element;
}
