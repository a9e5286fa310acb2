/** Edits as the server takes them, and what they do to a feature here in the meantime. */

import type { Attributes, Content, Feature, FeatureState, Geometry, Said } from "../feature";
import { NO_ATTRIBUTES, NOTHING_SAID, saying } from "../feature";
import { toGeoJson } from "../geojson";

/** What is said, of which an edit gives what it changes. */
export type SaidFields = { -readonly [K in keyof Said]?: Said[K] };

export interface Fields extends SaidFields {
  class?: string;
  geometry?: Geometry;
  state?: FeatureState;
  /** Attributes that change, with null those that go; the others stay. */
  set_attributes?: Attributes;
}

/** One edit of a changeset, without the revision it stands on (the outbox knows that). */
export type Edit =
  | ({
      op: "create";
      uid: string;
      class: string;
      geometry: Geometry;
      state: FeatureState;
      attributes?: Attributes;
    } & SaidFields)
  | ({ op: "update"; uid: string } & Fields)
  | ({ op: "restore"; uid: string } & Fields)
  | { op: "delete"; uid: string };

export function fieldsOf(edit: Edit): Fields {
  if (edit.op === "delete") return {};
  const { class: key, geometry, state } = edit;
  const attributes = edit.op === "create" ? edit.attributes : edit.set_attributes;
  return {
    ...(key && { class: key }),
    ...(geometry && { geometry }),
    ...(state && { state }),
    ...(attributes && { set_attributes: attributes }),
    ...saidIn(edit),
  };
}

/** The fields of what is said that an edit gives. */
function saidIn({ unsure, note, confidence }: SaidFields): SaidFields {
  return {
    ...(unsure !== undefined && { unsure }),
    ...(note !== undefined && { note }),
    ...(confidence !== undefined && { confidence }),
  };
}

/** An edit as it is sent: its geometry in GeoJSON. */
export function toWire(edit: Edit): object {
  const { geometry } = fieldsOf(edit);
  return geometry ? { ...edit, geometry: toGeoJson(geometry) } : edit;
}

/** The edit with another class where it says one of those that `instead` is to replace. */
export function withClasses(edit: Edit, instead: ReadonlyMap<string, string>): Edit {
  const key = fieldsOf(edit).class;
  const other = key === undefined ? undefined : instead.get(key);
  return edit.op === "delete" || other === undefined ? edit : { ...edit, class: other };
}

/** The feature as it will be once `edit` has been saved. */
export function overlay(feature: Feature | undefined, edit: Edit, author: string): Feature {
  if (edit.op === "create") {
    return Object.freeze({
      ...content(edit.class, edit.geometry, edit.state, saying({ ...NOTHING_SAID, ...saidIn(edit) }), edit.attributes),
      uid: edit.uid,
      score: null,
      revision: feature?.revision ?? 0,
      origin: "human",
      model: null,
      author,
      time: "",
      deleted: false,
    });
  }
  if (!feature) throw new RangeError(`edit '${edit.op}' names feature ${edit.uid}, which is not loaded`);
  if (edit.op === "delete") return Object.freeze({ ...feature, author, deleted: true });
  const { class: key, geometry, state } = edit;
  return Object.freeze({
    ...feature,
    classKey: key ?? feature.classKey,
    geometry: geometry ?? feature.geometry,
    state: state ?? feature.state,
    said: saying({ ...feature.said, ...saidIn(edit) }),
    attributes: withAttributes(feature.attributes, edit.set_attributes),
    author,
    deleted: false,
  });
}

export function content(
  classKey: string,
  geometry: Geometry,
  state: FeatureState,
  said: Said = NOTHING_SAID,
  attributes: Attributes = NO_ATTRIBUTES,
): Content {
  return { classKey, geometry, state, said, attributes };
}

/** Attributes after a change: those that it gives null are gone. */
function withAttributes(before: Attributes, changed: Attributes | undefined): Attributes {
  if (!changed) return before;
  const all = Object.entries({ ...before, ...changed }).filter(([, value]) => value !== null);
  return Object.freeze(Object.fromEntries(all));
}

/** `mine`, said again on top of a version that came in between; null where that has already done it. */
export function rebased(mine: Edit, theirs: Feature): Edit | null {
  const { uid } = mine;
  if (mine.op === "delete") return theirs.deleted ? null : mine;
  return { ...fieldsOf(mine), op: theirs.deleted ? "restore" : "update", uid };
}
