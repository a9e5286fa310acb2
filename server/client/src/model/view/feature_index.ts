/** Spatial index of features: an R-tree of their boxes (RBush), for drawing and picking. */

import RBush from "rbush";

import type { Extent, Feature } from "../feature";
import { extentOf } from "../shapes/geometry";

export interface Entry {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly feature: Feature;
}

export class FeatureIndex {
  readonly #tree = new RBush<Entry>();
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  get(uid: string): Entry | undefined {
    return this.#entries.get(uid);
  }

  /** Take in features, their newer versions, or that they are deleted; returns every entry that came or went. */
  put(features: readonly Feature[]): Entry[] {
    const [gone, come] = [[] as Entry[], [] as Entry[]];
    for (const feature of features) {
      const before = this.#entries.get(feature.uid);
      if (before) gone.push(before);
      this.#entries.delete(feature.uid);
      if (feature.deleted) continue;
      const entry = entryOf(feature, before);
      this.#entries.set(feature.uid, entry);
      come.push(entry);
    }
    this.#remove(gone);
    this.#tree.load(come);
    return [...gone, ...come];
  }

  forget(uids: readonly string[]): void {
    const gone = uids.map((uid) => this.#entries.get(uid)).filter((entry) => entry !== undefined);
    for (const { feature } of gone) this.#entries.delete(feature.uid);
    this.#remove(gone);
  }

  /** The entries whose box touches an extent. */
  within([minX, minY, maxX, maxY]: Extent): Entry[] {
    return this.#tree.search({ minX, minY, maxX, maxY });
  }

  /** Taking out one by one costs a search each: where much goes, the tree is built anew. */
  #remove(gone: readonly Entry[]): void {
    if (gone.length < 1000) for (const entry of gone) this.#tree.remove(entry);
    else {
      const out = new Set(gone);
      const remaining = this.#tree.all().filter((entry) => !out.has(entry));
      this.#tree.clear();
      this.#tree.load(remaining);
    }
  }
}

function entryOf(feature: Feature, before: Entry | undefined): Entry {
  if (before && before.feature.geometry === feature.geometry) return { ...before, feature };
  const [minX, minY, maxX, maxY] = extentOf(feature.geometry);
  return { minX, minY, maxX, maxY, feature };
}
