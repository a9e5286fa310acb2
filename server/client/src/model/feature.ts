/** Features as frozen values in the scene's own coordinates. */

export type FeatureState = "proposed" | "accepted" | "rejected";
export type Position = readonly number[];
export type Ring = readonly Position[];
export type Extent = readonly [number, number, number, number];

export interface Polygon {
  readonly type: "Polygon";
  readonly coordinates: readonly Ring[];
}

/** Several polygons that are one object, their rings one after the other. */
export interface MultiPolygon {
  readonly type: "MultiPolygon";
  readonly coordinates: readonly Ring[];
  /** The first ring of each part: its outline. */
  readonly parts: readonly number[];
}

/** One open ring of two positions or more. */
export interface LineString {
  readonly type: "LineString";
  readonly coordinates: readonly Ring[];
}

/** One ring of one position. */
export interface Point {
  readonly type: "Point";
  readonly coordinates: readonly Ring[];
}

/** Geometry of an object: whatever its type, a list of rings. */
export type Geometry = Polygon | MultiPolygon | LineString | Point;

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
  readonly geometry: Geometry;
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
