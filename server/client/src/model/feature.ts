/** What a label is on this side of the wire: frozen values in the scene's own coordinates. */

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

export interface WireFeature {
  id: string;
  geometry: Polygon;
  properties: {
    class: string;
    state: FeatureState;
    score?: number | null;
    revision: number;
    origin?: string;
    model?: string | null;
    author?: string;
    time?: string;
    deleted?: boolean;
  };
}

export function fromWire(wire: WireFeature): Feature {
  const p = wire.properties;
  return Object.freeze({
    uid: wire.id,
    classKey: p.class,
    geometry: wire.geometry,
    state: p.state,
    score: p.score ?? null,
    revision: p.revision,
    origin: p.origin ?? "",
    model: p.model ?? null,
    author: p.author ?? "",
    time: p.time ?? "",
    deleted: p.deleted ?? false,
  });
}
