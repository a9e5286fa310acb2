import { describe, expect, it } from "vitest";

import { fromWire } from "../../../src/model/from_wire";
import { unpack } from "../../../src/model/view/packed";
import type { FeatureCollectionReply } from "../../../src/model/wire";
// tests/server/test_packed.py fails where the server no longer makes the second of the first.
import geojson from "../../fixtures/features.json?raw";
import base64 from "../../fixtures/features.packed.txt?raw";

const bytes = (): ArrayBuffer => Uint8Array.from(atob(base64.replace(/\s/g, "")), (c) => c.charCodeAt(0)).buffer;

describe("packed features", () => {
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
