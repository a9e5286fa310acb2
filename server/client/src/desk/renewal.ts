/** What follows in an open scene when a model has made other proposals of it. */

import * as api from "../api";
import type { Feature } from "../model/feature";
import { current } from "../model/view/review";
import type { DeskContext } from "./context";
import type { Loader } from "./loading";

type RenewedDesk = Pick<DeskContext, "scene" | "visit" | "workspace" | "review" | "queue"> & {
  readonly loader: Pick<Loader, "renew">;
  fetch(uid: string): Promise<Feature>;
};

/** Fetch what there is now; a review goes on at the object at hand, with the new proposals in its queue. */
export async function renewProposals(desk: RenewedDesk): Promise<void> {
  // The server is to count what was decided here.
  await desk.workspace.saved();
  const { counts, extent } = await api.scene(desk.scene.id);
  desk.visit.counts.set(counts);
  for (const { uid } of desk.loader.renew(extent)) desk.fetch(uid).catch(() => undefined);
  const review = desk.review.value;
  desk.queue.again(review && (current(review)?.uid ?? null));
}
