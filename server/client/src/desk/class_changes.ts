/** What follows in an open scene when the classes of the project change. */

import type { LabelClass } from "../api";
import type { Extent } from "../model/feature";
import type { Feature } from "../model/feature";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";

/** The part of the desk that has colours, names and labels of the classes. */
type ClassDesk = Pick<DeskContext, "classes" | "drawClass" | "notice"> & {
  readonly bulk: { redraw(): void };
  readonly map: { redraw(): void; readonly scene: { readonly extent: Extent } };
  fetch(uid: string): Promise<Feature>;
};

/**
 * Draw with the classes of now, until the returned function is called.
 *
 * A class that is gone has another key, or gave its labels to another: they are fetched anew. What is being drawn stays.
 */
export function followClasses(desk: ClassDesk, loader: { renew(box: Extent): readonly Feature[] }): () => void {
  let before = desk.classes.value;
  return desk.classes.watch((now) => {
    if (now === before) return;
    const gone = before.filter(({ key }) => !now.some((one) => one.key === key));
    before = now;
    chooseAgain(desk, gone, now);
    desk.bulk.redraw();
    desk.map.redraw();
    if (!gone.length) return;
    for (const { uid } of loader.renew(desk.map.scene.extent)) desk.fetch(uid).catch(() => undefined);
  });
}

/** Draw another class where the one that was drawn is gone, and say so. */
function chooseAgain({ drawClass, notice }: ClassDesk, gone: readonly LabelClass[], now: readonly LabelClass[]): void {
  if (now.some(({ key }) => key === drawClass.value)) return;
  const was = gone.find(({ key }) => key === drawClass.value);
  const next = now[0];
  drawClass.set(next?.key ?? "");
  if (was) notice.set(TEXTS.classes.drawnIsGone(was.name, next?.name ?? null));
}
