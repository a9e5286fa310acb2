import { describe, expect, it } from "vitest";

import { fromWire } from "../../../src/model/from_wire";
import { unpack } from "../../../src/model/view/packed";
import type { FeatureCollectionReply } from "../../../src/model/wire";
// tests/server/test_packed.py fails where the server no longer makes the second of the first.
import geojson from "../../fixtures/features.json?raw";
import base64 from "../../fixtures/features.packed.txt?raw";

const bytes = (): ArrayBuffer => Uint8Array.from(atob(base64.replace(/\s/g, "")), (c) => c.charCodeAt(0)).buffer;

type Column = readonly [name: string, type: "f8" | "u1" | "u2" | "u4", numbers: readonly number[]];

/** Columns as the server writes them. */
function packed(columns: readonly Column[]): ArrayBuffer {
  const lists = {
    class_key: ["base"],
    state: ["accepted"],
    origin: ["human"],
    model: [null],
    author: ["ana"],
    time: [""],
  };
  const header = {
    ...{ count: 3, total: 3, truncated: false, changeset: 1, lists: { ...lists, uid: [], attributes: ["{}"] } },
    columns: columns.map(([name, type, { length }]) => ({ name, type, length })),
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const size = Math.ceil(text.length / 8) * 8;
  const parts = columns.map(([, type, numbers]) => {
    const made = { f8: Float64Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array }[type].from(numbers);
    const filled = new Uint8Array(Math.ceil(made.byteLength / 8) * 8);
    filled.set(new Uint8Array(made.buffer));
    return filled;
  });
  const head = new Uint8Array(16 + size).fill(32, 16);
  head.set(new TextEncoder().encode("GEFEAT02"));
  new DataView(head.buffer).setUint32(8, size, true);
  head.set(text, 16);
  const all = [head, ...parts];
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  all.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole.buffer;
}

const ring = (x: number): number[] => [x, 0, x + 1, 0, x, 1, x, 0];

describe("packed features", () => {
  it("have lines, points and parts", () => {
    const codes = ["class_key", "state", "origin", "model", "author", "time", "attributes"] as const;
    const { features } = unpack(
      packed([
        ["geometry_type", "u1", [2, 1, 3]],
        ["coordinates", "f8", [0, 0, 5, 5, ...ring(10), ...ring(11), ...ring(20), 7, 8]],
        ["ring_offsets", "u4", [0, 2, 6, 10, 14, 15]],
        ["polygon_offsets", "u4", [0, 1, 4, 5]],
        ["part_rings", "u4", [1, 3]],
        ["score", "f8", [NaN, NaN, NaN]],
        ["revision", "u1", [1, 1, 1]],
        ["uid", "u1", Array<number>(48).fill(1)],
        ["uid_form", "u1", [2, 2, 2]],
        ...codes.map((name): Column => [name, "u1", [0, 0, 0]]),
      ]),
    );
    const [line, base, point] = features.map(({ geometry }) => geometry);
    expect(line).toEqual({ type: "LineString", coordinates: [[[0, 0], [5, 5]]] }); // prettier-ignore
    expect(base).toMatchObject({ type: "MultiPolygon", parts: [0, 2] });
    expect(base!.coordinates.map((one) => one[0])).toEqual([[10, 0], [11, 0], [20, 0]]); // prettier-ignore
    expect(point).toEqual({ type: "Point", coordinates: [[[7, 8]]] });
  });

  it("are the same as the GeoJSON of them", () => {
    const collection = JSON.parse(geojson) as FeatureCollectionReply;
    const page = unpack(bytes());
    expect(page.features).toEqual(collection.features.map(fromWire));
    expect([page.total, page.truncated, page.changeset]).toEqual([collection.total, true, 7]);
  });

  it("of another kind are refused", () => {
    expect(() => unpack(new ArrayBuffer(0))).toThrow('begin with ""');
    expect(() => unpack(new TextEncoder().encode('{"type":"FeatureCollection"}').buffer)).toThrow("expected");
  });

  it("that were cut off are refused", () => {
    const whole = bytes();
    expect(() => unpack(whole.slice(0, whole.byteLength - 16))).toThrow();
  });
});
