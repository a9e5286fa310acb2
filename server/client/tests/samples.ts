/** Features and doubles that the tests share. */

import type { Edit } from "../src/model/labels/edit";
import type { Feature, Polygon } from "../src/model/feature";
import { NO_ATTRIBUTES, NOTHING_SAID } from "../src/model/feature";
import type { Entry, Outcome, EntryStore } from "../src/model/labels/outbox";
import type { SceneSummaryReply } from "../src/model/wire";

export function square(x = 0, y = 0, side = 10): Polygon {
  const ring = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
    [x, y],
  ];
  return { type: "Polygon", coordinates: [ring] };
}

export function sample(fields: Partial<Feature> = {}): Feature {
  return {
    uid: "a".repeat(32),
    classKey: "tree",
    geometry: square(),
    state: "proposed",
    score: 0.5,
    revision: 1,
    origin: "model",
    model: "overhead",
    author: "overhead",
    time: "2026-01-01T00:00:00Z",
    deleted: false,
    said: NOTHING_SAID,
    attributes: NO_ATTRIBUTES,
    ...fields,
  };
}

/** A scene as the list has it. */
export function sceneSummary(id: number, name: string, more: Partial<SceneSummaryReply> = {}): SceneSummaryReply {
  return {
    id,
    key: `scene-${id}`,
    name,
    width: 100,
    height: 100,
    gsd_m: 0.5,
    crs: "EPSG:32645",
    bands: 3,
    dtype: "uint8",
    acquired_at: null,
    sensor: null,
    marking: null,
    created_at: "2026-01-01T00:00:00Z",
    counts: { proposed: 0, accepted: 0, rejected: 0 },
    activity: { runs: 0, edited_at: null, edited_by: null, authors: [] },
    complete: null,
    open_pins: 0,
    footprint: null,
    thumbnail: "",
    changed: null,
    ...more,
  };
}

/** Storage in memory that survives the outbox that uses it. */
export class MemoryStore implements EntryStore {
  readonly items = new Map<string, string>();

  load(): Entry[] {
    return [...this.items.keys()].sort().map((id) => JSON.parse(this.items.get(id)!) as Entry);
  }

  put(entry: Entry): void {
    this.items.set(entry.id, JSON.stringify(entry));
  }

  remove(id: string): void {
    this.items.delete(id);
  }
}

/** A server of one feature table: compare and set, tokens answered once. */
export class FakeServer {
  readonly features = new Map<string, Feature>();
  readonly sent: Entry[] = [];
  down = false;
  /** Answers edits of these features with an error of its own. */
  readonly fails = new Set<string>();
  /** Applies the next edit but loses the answer. */
  loseAnswer = false;
  readonly #answers = new Map<string, Outcome>();

  constructor(...features: Feature[]) {
    for (const f of features) this.features.set(f.uid, f);
  }

  readonly send = async (entry: Entry): Promise<Outcome> => {
    await Promise.resolve();
    if (this.down) return { kind: "unreachable", message: "down" };
    this.sent.push(entry);
    if (entry.edits.some((e) => this.fails.has(e.edit.uid)))
      return { kind: "unreachable", message: "500", failed: true };
    const outcome = this.#answers.get(entry.token) ?? this.#apply(entry);
    if (outcome.kind === "saved") this.#answers.set(entry.token, outcome);
    if (!this.loseAnswer) return outcome;
    this.loseAnswer = false;
    return { kind: "unreachable", message: "lost" };
  };

  /** All edits or none. */
  #apply({ edits, author }: Entry): Outcome {
    const theirs: Feature[] = [];
    const made: Feature[] = [];
    for (const { edit, base } of edits) {
      const now = this.features.get(edit.uid);
      if (edit.op === "create")
        made.push(
          sample({
            uid: edit.uid,
            classKey: edit.class,
            geometry: edit.geometry,
            state: edit.state,
            author,
            origin: "human",
            score: null,
          }),
        );
      else if (!now) return { kind: "refused", message: "no such feature" };
      else if (now.revision !== base || now.deleted !== (edit.op === "restore")) theirs.push(now);
      else made.push(this.#changed(now, edit, author));
    }
    if (theirs.length) return { kind: "conflict", theirs, message: "changed" };
    for (const feature of made) this.features.set(feature.uid, feature);
    return { kind: "saved", features: made };
  }

  #changed(now: Feature, edit: Exclude<Edit, { op: "create" }>, author: string): Feature {
    const revision = now.revision + 1;
    if (edit.op === "delete") return { ...now, revision, author, deleted: true };
    const { class: key = now.classKey, geometry = now.geometry, state = now.state } = edit;
    return { ...now, revision, classKey: key, geometry, state, author, deleted: false };
  }
}

export const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};
