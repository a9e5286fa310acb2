/** Features as columns of numbers, as the server sends them; the layout is in docs/features.md. */

import type { Attributes, Confidence, Feature, FeatureState, Geometry, Position, Ring, Said } from "../feature";
import { NO_ATTRIBUTES, NOTHING_SAID, saying } from "../feature";

export const MEDIA_TYPE = "application/vnd.geoengine.features";

/** Features that a query found; `truncated` where a limit left some out. */
export interface Packed {
  readonly features: Feature[];
  readonly total: number;
  readonly truncated: boolean;
  readonly changeset: number;
}

type Numbers = Float64Array | Uint8Array | Uint16Array | Uint32Array;

interface Header {
  readonly count: number;
  readonly total: number;
  readonly truncated: boolean;
  readonly changeset: number;
  readonly columns: readonly { name: string; type: string; length: number }[];
  readonly lists: Readonly<Record<string, readonly (string | null)[]>>;
}

/** Types of geometry by their numbers. */
const TYPES = ["Polygon", "MultiPolygon", "LineString", "Point"] as const;

const MAGIC = "GEFEAT02";
const START = 16;

const VIEWS: Readonly<Record<string, (buffer: ArrayBuffer, offset: number, length: number) => Numbers>> = {
  f8: (buffer, offset, length) => new Float64Array(buffer, offset, length),
  u1: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  u2: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  u4: (buffer, offset, length) => new Uint32Array(buffer, offset, length),
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Throw where the bytes are no such answer, or one of a newer server. */
export function unpack(buffer: ArrayBuffer): Packed {
  const { header, column } = open(buffer);
  const coordinates = column("coordinates");
  const types = column("geometry_type");
  // Only where there are objects of several parts.
  const outer = new Set<number>(header.columns.some(({ name }) => name === "part_rings") ? column("part_rings") : []);
  const rings = column("ring_offsets");
  const polygons = column("polygon_offsets");
  const scores = column("score");
  const revisions = column("revision");
  const uid = uids(column("uid"), column("uid_form"), header.lists["uid"] ?? []);
  const coded = (name: string): ((index: number) => string | null) => {
    const codes = column(name);
    const list = header.lists[name] ?? [];
    return (index) => list[codes[index] as number] ?? null;
  };
  const [classKey, state, origin] = [coded("class_key"), coded("state"), coded("origin")];
  const [model, author, time] = [coded("model"), coded("author"), coded("time")];

  const said = saidOf(header.lists["said"] ?? [], header.lists["said"] ? column("said") : new Uint8Array());

  const attributes = attributesOf(header.lists["attributes"] ?? [], column("attributes"));

  const ring = (index: number): Ring => {
    const found: Position[] = [];
    for (let at = 2 * (rings[index] as number); at < 2 * (rings[index + 1] as number); at += 2) {
      found.push([coordinates[at] as number, coordinates[at + 1] as number]);
    }
    return found;
  };
  const geometry = (index: number): Geometry => {
    const type = TYPES[types[index] as number];
    if (!type) throw new Error(`The server's features have a geometry of the type ${types[index]}, expected 0 to 3.`);
    const found: Ring[] = [];
    const [first, end] = [polygons[index] as number, polygons[index + 1] as number];
    for (let at = first; at < end; at++) found.push(ring(at));
    if (type !== "MultiPolygon") return { type, coordinates: found };
    return { type, coordinates: found, parts: found.map((_, r) => r).filter((r) => outer.has(first + r)) };
  };
  const feature = (index: number): Feature => {
    const score = scores[index] as number;
    return Object.freeze({
      uid: uid(index),
      classKey: classKey(index) ?? "",
      geometry: geometry(index),
      state: state(index) as FeatureState,
      score: Number.isNaN(score) ? null : score,
      revision: revisions[index] as number,
      origin: origin(index) ?? "",
      model: model(index),
      author: author(index) ?? "",
      time: time(index) ?? "",
      deleted: false,
      said: said.get(index) ?? NOTHING_SAID,
      attributes: attributes(index),
    });
  };
  const { count, total, truncated, changeset } = header;
  return { features: Array.from({ length: count }, (_, index) => feature(index)), total, truncated, changeset };
}

/** The header, and the columns by name: views of the buffer, nothing is copied. */
function open(buffer: ArrayBuffer): { header: Header; column: (name: string) => Numbers } {
  const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, Math.min(MAGIC.length, buffer.byteLength)));
  if (magic !== MAGIC) throw new Error(`The server's features begin with "${magic}", expected "${MAGIC}".`);
  const size = new DataView(buffer).getUint32(MAGIC.length, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, START, size))) as Header;
  const columns = new Map<string, Numbers>();
  let offset = START + size;
  for (const { name, type, length } of header.columns) {
    const view = VIEWS[type];
    if (!view) throw new Error(`The column ${name} is of the type ${type}, expected f8, u1, u2 or u4.`);
    const numbers = view(buffer, offset, length);
    columns.set(name, numbers);
    offset += Math.ceil(numbers.byteLength / 8) * 8;
  }
  const column = (name: string): Numbers => {
    const found = columns.get(name);
    if (!found) throw new Error(`The server's features have no column ${name}.`);
    return found;
  };
  return { header, column };
}

/** The attributes of features: equal ones are one object. */
function attributesOf(texts: readonly (string | null)[], codes: Numbers): (index: number) => Attributes {
  const values = texts.map((text) =>
    text === null || text === "{}" ? NO_ATTRIBUTES : Object.freeze(JSON.parse(text) as Attributes),
  );
  return (index) => values[codes[index] as number] ?? NO_ATTRIBUTES;
}

/** What is said of the few features that anything is said of, by their numbers. */
function saidOf(texts: readonly (string | null)[], rows: Numbers): ReadonlyMap<number, Said> {
  return new Map(
    texts.map((text, i) => {
      const { unsure, note, confidence } = JSON.parse(text ?? "{}") as Record<string, unknown>;
      const said = { unsure: unsure === 1, note: String(note), confidence: String(confidence) as Confidence };
      return [rows[i] as number, saying(said)];
    }),
  );
}

/** A uid is 16 bytes where it is a UUID, with dashes or without; else it is in the list. */
function uids(bytes: Numbers, forms: Numbers, texts: readonly (string | null)[]): (index: number) => string {
  const positions = new Map<number, number>();
  forms.forEach((form, index) => form === 0 && positions.set(index, positions.size));
  return (index) => {
    const position = positions.get(index);
    if (position !== undefined) return texts[position] ?? "";
    let hex = "";
    for (let at = 16 * index; at < 16 * index + 16; at++) hex += HEX[bytes[at] as number];
    return forms[index] === 1 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") : hex;
  };
}
