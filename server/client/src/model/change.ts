/** What an analyst did, as a value with an inverse: pure functions from a feature to a change. */

import type { Edit } from "./edit";
import { content } from "./edit";
import type { Content, Feature, FeatureState, Polygon } from "./feature";
import { samePolygon } from "./geometry";

/** `before` is null where the feature did not exist, `after` where it no longer does. */
export interface Change {
  readonly uid: string;
  readonly label: string;
  readonly before: Content | null;
  readonly after: Content | null;
}

function contentOf(f: Feature): Content {
  return content(f.classKey, f.geometry, f.state);
}

function changeTo(f: Feature, label: string, fields: Partial<Content>): Change | null {
  const before = contentOf(f);
  const change = { uid: f.uid, label, before, after: { ...before, ...fields } };
  return Object.keys(differences(change)).length ? Object.freeze(change) : null;
}

/** Correcting a proposal is a way of accepting it: one edit, one undo. */
function corrected(f: Feature): FeatureState {
  return f.state === "proposed" ? "accepted" : f.state;
}

export function accept(f: Feature): Change | null {
  return changeTo(f, "Accepted", { state: "accepted" });
}

export function reject(f: Feature): Change | null {
  return changeTo(f, "Rejected", { state: "rejected" });
}

export function reclassify(f: Feature, classKey: string): Change | null {
  return classKey === f.classKey ? null : changeTo(f, "Class changed", { classKey, state: corrected(f) });
}

export function reshape(f: Feature, geometry: Polygon): Change | null {
  if (samePolygon(geometry, f.geometry)) return null;
  return changeTo(f, "Outline changed", { geometry, state: corrected(f) });
}

export function remove(f: Feature): Change {
  return Object.freeze({ uid: f.uid, label: "Deleted", before: contentOf(f), after: null });
}

export function draw(uid: string, classKey: string, geometry: Polygon): Change {
  return Object.freeze({ uid, label: "Drawn", before: null, after: content(classKey, geometry, "accepted") });
}

export function invert(change: Change): Change {
  return Object.freeze({ ...change, before: change.after, after: change.before });
}

function differences({ before, after }: Change): { class?: string; geometry?: Polygon; state?: FeatureState } {
  if (!before || !after) return {};
  return {
    ...(before.classKey !== after.classKey && { class: after.classKey }),
    ...(!samePolygon(before.geometry, after.geometry) && { geometry: after.geometry }),
    ...(before.state !== after.state && { state: after.state }),
  };
}

/** The edit that carries out `change`; `existed` says whether the uid has ever been created. */
export function toEdit(change: Change, existed: boolean): Edit {
  const { uid, before, after } = change;
  if (!after) return { op: "delete", uid };
  const all = { class: after.classKey, geometry: after.geometry, state: after.state };
  if (before) return { op: "update", uid, ...differences(change) };
  return existed ? { op: "restore", uid, ...all } : { op: "create", uid, ...all };
}
