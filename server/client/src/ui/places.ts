/** Places of the page as entries of the browser's history. */

import type { Desk } from "../desk/desk";
import { formatHash, homeAddress, placeOf } from "../model/view/view";

/** Make the address that of a place; Back leads to where one was, unless that is the same place. */
export function arrive(place: string): void {
  if (placeOf(location.hash) !== place) history.pushState(null, "", place || homeAddress());
}

/** Write another address in place of this one, without an entry of its own; "" is home. */
export function readdress(hash: string): void {
  history.replaceState(null, "", hash || homeAddress());
}

/** Keep the view in the address of the scene, so that a reload, a link and Back show it. */
export function keepView(desk: Desk): void {
  const isHere = placeOf(location.hash) === formatHash({ scene: desk.scene.id, view: null });
  // Back may have gone elsewhere already.
  if (isHere) readdress(formatHash({ scene: desk.scene.id, view: desk.map.view }));
}
