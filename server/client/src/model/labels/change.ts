/** Steps: changes of features as values with an inverse, made by pure functions. */

import type { Edit, Fields, SaidFields } from "./edit";
import { content } from "./edit";
import type { Attributes, Content, Extent, Feature, FeatureState, Geometry, Said } from "../feature";
import { NOTHING_SAID, saying } from "../feature";
import { sameGeometry } from "../shapes/geometry";
import { DISTINCT_FROM, distinctFrom } from "./pairs";
import { TEXTS } from "../../texts";

/** One feature in a step. `before` is null where the feature did not exist, `after` where it no longer does. */
export interface Change {
  readonly uid: string;
  readonly before: Content | null;
  readonly after: Content | null;
}

/** Decision that the server has made on all proposals of a view; it takes it back, too, by the number of its changeset. */
export interface BulkDecision {
  readonly changeset: number;
  readonly state: FeatureState;
  readonly extent: Extent;
  /** Those of its features that had been edited here before. */
  readonly edited: readonly string[];
}

/** One gesture: it is saved whole or not at all, and undone at once. No two changes are of one feature. */
export interface Step {
  readonly label: string;
  readonly changes: readonly Change[];
  /** Carried out by the server, in place of changes. */
  readonly bulk?: BulkDecision;
}

/** An outline for a feature that is there. */
export type Reshaping = readonly [feature: Feature, geometry: Geometry];

/** A feature that is not there yet. */
export interface NewFeature {
  readonly uid: string;
  readonly classKey: string;
  readonly geometry: Geometry;
  /** Those of the object that it was a part of. */
  readonly attributes?: Attributes;
}

function contentOf(f: Feature): Content {
  return content(f.classKey, f.geometry, f.state, f.said, f.attributes);
}

function changeTo(f: Feature, fields: Partial<Content>): Change | null {
  const before = contentOf(f);
  const change = { uid: f.uid, before, after: { ...before, ...fields } };
  return Object.keys(differences(change)).length ? Object.freeze(change) : null;
}

/** Those of `changes` that change something as one step; null where none does. */
function step(label: string, changes: readonly (Change | null)[]): Step | null {
  const real = changes.filter((change) => change !== null);
  return real.length ? Object.freeze({ label, changes: Object.freeze(real) }) : null;
}

/** Correcting a proposal is a way of accepting it: one edit, one undo. */
function corrected(f: Feature): FeatureState {
  return f.state === "proposed" ? "accepted" : f.state;
}

/** Features are accepted; with `settles` they are no longer unsure. */
export function accept(features: readonly Feature[], settles = false): Step | null {
  return step(
    TEXTS.steps.accepted,
    features.map((f) => changeTo(f, { state: "accepted", ...settled(f, settles) })),
  );
}

export function reject(
  features: readonly Feature[],
  settles = false,
  label: string = TEXTS.steps.rejected,
): Step | null {
  return step(
    label,
    features.map((f) => changeTo(f, { state: "rejected", ...settled(f, settles) })),
  );
}

function settled({ said }: Feature, settles: boolean): Partial<Content> {
  return settles ? { said: saying({ ...said, unsure: false }) } : {};
}

/** A person says something of features. */
export function say(features: readonly Feature[], words: Partial<Said>, label: string): Step | null {
  return step(
    label,
    features.map((f) => changeTo(f, { said: saying({ ...f.said, ...words }) })),
  );
}

/** Features are proposals again. */
export function propose(features: readonly Feature[]): Step | null {
  return step(
    TEXTS.steps.reopened,
    features.map((f) => changeTo(f, { state: "proposed" })),
  );
}

export function reclassify(features: readonly Feature[], classKey: string): Step | null {
  return step(
    TEXTS.steps.classChanged,
    features.map((f) => (classKey === f.classKey ? null : changeTo(f, { classKey, state: corrected(f) }))),
  );
}

/** Features are gone; proposals are rejected, so that no model proposes them again. */
export function remove(features: readonly Feature[]): Step | null {
  const isProposal = (f: Feature): boolean => f.state === "proposed";
  return step(
    features.every(isProposal) ? TEXTS.steps.rejected : TEXTS.steps.deleted,
    features.map((f) => (isProposal(f) ? changeTo(f, { state: "rejected" }) : removal(f))),
  );
}

export function reshape(reshapings: readonly Reshaping[], label: string = TEXTS.steps.outlineChanged): Step | null {
  return step(
    label,
    reshapings.map(([f, geometry]) => changeTo(f, { geometry, ...reshapedState(f, geometry) })),
  );
}

/** A proposal takes class and outline of an object that was drawn over it, which goes; it is accepted. */
export function replace(proposal: Feature, drawn: Feature): Step | null {
  const { classKey, geometry } = drawn;
  return step(TEXTS.steps.replaced, [changeTo(proposal, { classKey, geometry, state: "accepted" }), removal(drawn)]);
}

/** A person says of an object that it is another one than `other`, though they overlap; neither is decided by that. */
export function keepApart(f: Feature, other: string): Step | null {
  const apart = [...new Set([...distinctFrom(f.attributes), other])].join(" ");
  return mark([f], { [DISTINCT_FROM]: apart }, TEXTS.steps.bothKept);
}

/** Features get values of attributes, with null none; what else is said of them stays. */
export function mark(features: readonly Feature[], values: Attributes, label: string): Step | null {
  return step(
    label,
    features.map((f) => changeTo(f, { attributes: withValues(f.attributes, values) })),
  );
}

function withValues(attributes: Attributes, values: Attributes): Attributes {
  const all = Object.entries({ ...attributes, ...values }).filter(([, value]) => value !== null);
  return Object.freeze(Object.fromEntries(all));
}

/** An object is again what it was; one that is deleted comes back. */
export function revert(now: Feature, then: Feature, label: string): Step | null {
  if (!now.deleted) return step(label, [changeTo(now, contentOf(then))]);
  // What it got later of attributes goes again.
  const later = Object.keys(now.attributes).filter((key) => !(key in then.attributes));
  const attributes = { ...Object.fromEntries(later.map((key) => [key, null])), ...then.attributes };
  return step(label, [{ uid: now.uid, before: null, after: { ...contentOf(then), attributes } }]);
}

/** Deleted objects are there again, as they were. */
export function bringBack(gone: readonly Feature[]): Step | null {
  return step(
    TEXTS.past.broughtBack,
    gone.map((f) => ({ uid: f.uid, before: null, after: contentOf(f) })),
  );
}

export function draw(added: readonly NewFeature[], label: string = TEXTS.steps.drawn): Step | null {
  return step(label, added.map(creation));
}

/** Some features get other outlines, some go, some come: what splitting and merging do. */
export function rework(
  label: string,
  {
    reshaped = [],
    removed = [],
    added = [],
  }: { reshaped?: readonly Reshaping[]; removed?: readonly Feature[]; added?: readonly NewFeature[] },
): Step | null {
  return step(label, [...(reshape(reshaped)?.changes ?? []), ...removed.map(removal), ...added.map(creation)]);
}

function reshapedState(f: Feature, geometry: Geometry): Partial<Content> {
  return sameGeometry(geometry, f.geometry) ? {} : { state: corrected(f) };
}

function removal(f: Feature): Change {
  return Object.freeze({ uid: f.uid, before: contentOf(f), after: null });
}

function creation({ uid, classKey, geometry, attributes }: NewFeature): Change {
  return Object.freeze({ uid, before: null, after: content(classKey, geometry, "accepted", undefined, attributes) });
}

export function invert(undone: Step): Step {
  const { changes } = undone;
  return Object.freeze({
    ...undone,
    changes: changes.map((c) => Object.freeze({ ...c, before: c.after, after: c.before })).reverse(),
  });
}

/** Features get values of attributes, with null none, and a confidence; a proposal is accepted with them. */
export function fill(features: readonly Feature[], values: Attributes, words: Partial<Said>): Step | null {
  return step(
    TEXTS.steps.filled,
    features.map((f) => {
      const attributes = withValues(f.attributes, values);
      return changeTo(f, { attributes, said: saying({ ...f.said, ...words }), state: corrected(f) });
    }),
  );
}

/** The attributes that differ, with null those that are gone. */
function attributeDifferences(before: Attributes, after: Attributes): Pick<Fields, "set_attributes"> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return changed.length ? { set_attributes: Object.fromEntries(changed.map((key) => [key, after[key] ?? null])) } : {};
}

function saidDifferences(before: Said, after: Said): SaidFields {
  return {
    ...(before.unsure !== after.unsure && { unsure: after.unsure }),
    ...(before.note !== after.note && { note: after.note }),
    ...(before.confidence !== after.confidence && { confidence: after.confidence }),
  };
}

function differences({ before, after }: Change): Fields {
  if (!before || !after) return {};
  return {
    ...(before.classKey !== after.classKey && { class: after.classKey }),
    ...(!sameGeometry(before.geometry, after.geometry) && { geometry: after.geometry }),
    ...(before.state !== after.state && { state: after.state }),
    ...(before.said !== after.said && saidDifferences(before.said, after.said)),
    ...(before.attributes !== after.attributes && attributeDifferences(before.attributes, after.attributes)),
  };
}

/** Return whether a feature is as `change` expects it, in all that the change would overwrite. */
export function isAsBefore(change: Change, now: Feature): boolean {
  const { before, after } = change;
  if (!before || now.deleted) return !before && now.deleted;
  const is = differences({ uid: now.uid, before, after: contentOf(now) });
  const overwritten = after ? differences(change) : is;
  const { set_attributes: changed = {}, ...others } = is;
  if (Object.keys(overwritten.set_attributes ?? {}).some((key) => key in changed)) return false;
  return !Object.keys(overwritten).some((field) => field in others);
}

/** The edit that carries out `change`; `existed` says whether the uid has ever been created. */
export function toEdit(change: Change, existed: boolean): Edit {
  const { uid, before, after } = change;
  if (!after) return { op: "delete", uid };
  const all = { class: after.classKey, geometry: after.geometry, state: after.state };
  if (before) return { op: "update", uid, ...differences(change) };
  const { attributes } = after;
  const has = Object.keys(attributes).length > 0;
  if (existed) return { op: "restore", uid, ...all, ...after.said, ...(has && { set_attributes: attributes }) };
  return { op: "create", uid, ...all, ...saidDifferences(NOTHING_SAID, after.said), ...(has && { attributes }) };
}
