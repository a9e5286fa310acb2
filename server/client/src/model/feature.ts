/** Features as frozen values in the scene's own coordinates. */

import type { FeatureReply } from "./wire";

export type FeatureState = "proposed" | "accepted" | "rejected";
export type Position = readonly number[];
export type Ring = readonly Position[];
export type Extent = readonly [number, number, number, number];

export interface Polygon {
  readonly type: "Polygon";
  readonly coordinates: readonly Ring[];
}

export type Confidence = "" | "possible" | "probable" | "confirmed";

/** What a person says of a feature; empty where nothing is said. */
export interface Said {
  /** To be looked at again. */
  readonly unsure: boolean;
  readonly note: string;
  readonly confidence: Confidence;
}

export const NOTHING_SAID: Said = Object.freeze({ unsure: false, note: "", confidence: "" });

/** What is said, with `NOTHING_SAID` for nothing: of a hundred thousand features few say anything. */
export function saying({ unsure, note, confidence }: Said): Said {
  return unsure || note || confidence ? Object.freeze({ unsure, note, confidence }) : NOTHING_SAID;
}

/** Values by the names of attributes, as JSON. */
export type Attributes = Readonly<Record<string, unknown>>;

export const NO_ATTRIBUTES: Attributes = Object.freeze({});

/** The part of a feature that an analyst edits. */
export interface Content {
  readonly classKey: string;
  readonly geometry: Polygon;
  readonly state: FeatureState;
  readonly said: Said;
  readonly attributes: Attributes;
}

export interface Feature extends Content {
  readonly uid: string;
  readonly score: number | null;
  /** The last revision the server told us of; 0 until it has been saved once. */
  readonly revision: number;
  readonly origin: string;
  readonly model: string | null;
  readonly author: string;
  readonly time: string;
  readonly deleted: boolean;
}

/** Throw for lines and points, which this page does not show yet. */
export function fromWire({ id, geometry, properties: p }: FeatureReply): Feature {
  if (geometry.type !== "Polygon") throw new Error(`Object ${id} is a ${geometry.type}, expected a Polygon.`);
  return Object.freeze({
    uid: id,
    classKey: p.class,
    geometry,
    state: p.state,
    score: p.score,
    revision: p.revision,
    origin: p.origin,
    model: p.model,
    author: p.author,
    time: p.time,
    deleted: p.deleted,
    said: saying(p),
    attributes: p.attributes,
  });
}
