import { describe, expect, it } from "vitest";

import { noteOf, readNotes, sortFiles } from "../../../src/model/imagery/sets";

const file = (name: string, size = 10): { name: string; size: number; lastModified: number } => ({
  name,
  size,
  lastModified: 1,
});
const names = (files: readonly { name: string }[]): string[] => files.map(({ name }) => name);
const sorted = (...all: string[]): { sets: string[][]; alone: string[]; other: string[] } => {
  const { sets, alone, other } = sortFiles(all.map((name) => file(name)));
  return { sets: sets.map(({ files }) => names(files)), alone: names(alone), other: names(other) };
};

describe("files that were chosen together", () => {
  it("are a raster each, with its side-cars", () => {
    expect(sorted("a.tfw", "a.tif", "b.tif", "a.tif.aux.xml", "b.ovr", "B_rpc.txt", "c.jpg", "c.jgw")).toEqual({
      sets: [
        ["a.tif", "a.tfw", "a.tif.aux.xml"],
        ["b.tif", "b.ovr", "B_rpc.txt"],
        ["c.jpg", "c.jgw"],
      ],
      alone: [],
      other: [],
    });
    expect(sorted("scene.hdr", "scene").sets).toEqual([["scene", "scene.hdr"]]);
    expect(sorted("scene.bsq", "scene.bsq.hdr").sets).toEqual([["scene.bsq", "scene.bsq.hdr"]]);
  });

  it("are a mosaic where a VRT is among them, whatever its parts are called", () => {
    expect(sorted("1.tif", "2.tif", "town.vrt", "1.tfw").sets).toEqual([["town.vrt", "1.tif", "2.tif", "1.tfw"]]);
  });

  it("are told where they are no imagery, or their raster is missing", () => {
    expect(sorted(".DS_Store", "a.zip", "labels.geojson", "lone.tfw", "a.tif", "about.txt")).toEqual({
      sets: [["a.tif"]],
      alone: ["lone.tfw"],
      other: ["a.zip", "labels.geojson", "about.txt"],
    });
  });
});

describe("notes of uploads", () => {
  const note = { token: "t", files: [file("a.tif"), file("a.tfw")], nodata: null };

  it("are known again by name, size and time of every file", () => {
    expect(noteOf([file("a.tif"), file("a.tfw")], [note])).toBe(note);
    expect(noteOf([file("a.tif", 11), file("a.tfw")], [note])).toBeNull();
    expect(noteOf([file("a.tif")], [note])).toBeNull();
    expect(noteOf([{ ...file("a.tif"), lastModified: 2 }, file("a.tfw")], [note])).toBeNull();
  });

  it("are read as far as they are notes", () => {
    expect(readNotes(JSON.stringify([note, { token: 1 }, null, { token: "u", files: [{}] }]))).toEqual([note]);
    expect([readNotes(null), readNotes("{"), readNotes("3")]).toEqual([[], [], []]);
  });
});
