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

/** The part of a feature that an analyst edits. */
export interface Content {
  readonly classKey: string;
  readonly geometry: Polygon;
  readonly state: FeatureState;
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

export function fromWire({ id, geometry, properties: p }: FeatureReply): Feature {
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
  });
}
