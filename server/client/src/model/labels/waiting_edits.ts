/** Check of entries of the outbox that were read from storage: other software or a broken profile may have been there. */

import type { Edit } from "./edit";
import type { Entry } from "./outbox";

type Loose = Record<string, unknown>;

const STATES = new Set(["proposed", "accepted", "rejected"]);
const CONFIDENCES = new Set(["", "possible", "probable", "confirmed"]);
const OPERATIONS = new Set(["create", "update", "restore", "delete"]);
const UID = /^[0-9a-zA-Z-]{8,64}$/;

const isObject = (value: unknown): value is Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPosition = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((n) => typeof n === "number" && Number.isFinite(n));

/** The least and the most positions of a ring, by the type of the geometry. */
const RINGS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  Polygon: [4, Infinity],
  MultiPolygon: [4, Infinity],
  LineString: [2, Infinity],
  Point: [1, 1],
};

function isGeometry(value: unknown): boolean {
  if (!isObject(value) || !Object.hasOwn(RINGS, String(value["type"]))) return false;
  const { type, coordinates: rings, parts } = value;
  const [least, most] = RINGS[type as string]!;
  const isRing = (ring: unknown): boolean =>
    Array.isArray(ring) && ring.length >= least && ring.length <= most && ring.every(isPosition);
  if (!Array.isArray(rings) || !rings.length || !rings.every(isRing)) return false;
  if (type === "Polygon") return true;
  return type === "MultiPolygon" ? areParts(parts, rings.length) : rings.length === 1;
}

/** Return whether these are the first rings of parts, of so many rings. */
function areParts(parts: unknown, count: number): boolean {
  return (
    Array.isArray(parts) &&
    parts[0] === 0 &&
    parts.every(
      (at: unknown, i) => Number.isInteger(at) && (at as number) < count && (!i || (at as number) > parts[i - 1]),
    )
  );
}

function isEdit(value: unknown): value is Edit {
  if (!isObject(value) || !OPERATIONS.has(value["op"] as string)) return false;
  const { op, uid, class: key, geometry, state } = value;
  const needed = op === "create";
  const isClass = key === undefined ? !needed : typeof key === "string";
  const isOutline = geometry === undefined ? !needed : isGeometry(geometry);
  const isState = state === undefined ? !needed : STATES.has(state as string);
  return typeof uid === "string" && UID.test(uid) && isClass && isOutline && isState && isSaid(value);
}

function isSaid({ unsure, note, confidence, attributes, set_attributes: changed }: Loose): boolean {
  return (
    (attributes === undefined || isObject(attributes)) &&
    (changed === undefined || isObject(changed)) &&
    (unsure === undefined || typeof unsure === "boolean") &&
    (note === undefined || typeof note === "string") &&
    (confidence === undefined || CONFIDENCES.has(confidence as string))
  );
}

function isBased(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { base } = value;
  return isEdit(value["edit"]) && (base === null || (Number.isInteger(base) && (base as number) >= 0));
}

/** The entry that a text of the storage holds under `id`; null where it holds something else. */
export function entryOf(id: string, text: string): Entry | null {
  try {
    const read = JSON.parse(text) as unknown;
    if (!isObject(read)) return null;
    // Earlier versions of the page kept one edit an entry.
    const { edit, base, ...rest } = read;
    const entry = "edits" in read ? read : { ...rest, edits: [{ edit, base }] };
    return isEntry(entry, id) ? (entry as unknown as Entry) : null;
  } catch {
    return null;
  }
}

function isEntry(entry: Loose, id: string): boolean {
  const { token, sceneId, author, edits } = entry;
  return (
    entry["id"] === id &&
    typeof token === "string" &&
    UID.test(token) &&
    Number.isInteger(sceneId) &&
    typeof author === "string" &&
    Array.isArray(edits) &&
    edits.length > 0 &&
    edits.every(isBased)
  );
}
