/** Offer to replace a proposal by the object that was drawn over it. */

import type { Feature, Geometry } from "../model/feature";
import { replace } from "../model/labels/change";
import { LEAST_OVERLAP, overlap } from "../model/shapes/boolean";
import { extentOf, isPolygon, sameGeometry } from "../model/shapes/geometry";
import { TEXTS } from "../texts";
import type { DeskContext, Offer } from "./context";

/** Offer it for the object `uid`, which has just been drawn; the offer ends with the next step. */
export function offerReplacing(desk: DeskContext, uid: string): void {
  const drawn = desk.workspace.labels.get(uid);
  const found = drawn && nearestProposal(desk, drawn);
  if (!found) return;
  const { proposal, share } = found;
  const words = TEXTS.replacing;
  const offer: Offer = {
    words: words.overlaps(desk.nameOf(proposal.classKey), proposal.score, share),
    label: words.replace,
    run: () => takePlace(desk, proposal, drawn),
  };
  const { history } = desk.workspace;
  const made = history.value;
  desk.decisions.offer.set(offer);
  const stop = history.watch((now) => {
    if (now === made) return;
    stop();
    if (desk.decisions.offer.value === offer) desk.decisions.offer.set(null);
  });
}

/** The proposal that an object covers best; null where it covers none. */
function nearestProposal(desk: DeskContext, { uid, geometry }: Feature): { proposal: Feature; share: number } | null {
  const shares = desk.sight
    .near(extentOf(geometry))
    .filter((f) => f.state === "proposed" && f.uid !== uid)
    .map((proposal) => ({ proposal, share: shareOf(geometry, proposal.geometry) }))
    .filter(({ share }) => share > LEAST_OVERLAP);
  return shares.sort((a, b) => b.share - a.share)[0] ?? null;
}

/** How much of each other two outlines cover; nothing where one of them has no area. */
function shareOf(a: Geometry, b: Geometry): number {
  return isPolygon(a) && isPolygon(b) ? overlap(a, b) : 0;
}

function takePlace(desk: DeskContext, seen: Feature, made: Feature): void {
  const { labels } = desk.workspace;
  const [proposal, drawn] = [labels.get(seen.uid), labels.get(made.uid)];
  desk.decisions.offer.set(null);
  const isSame = (now: Feature | undefined, then: Feature): now is Feature =>
    now !== undefined && !now.deleted && now.state === then.state && sameGeometry(now.geometry, then.geometry);
  if (isSame(proposal, seen) && isSame(drawn, made)) desk.commit(replace(proposal, drawn));
  else desk.notice.set(TEXTS.replacing.gone);
}
