/** Texts on the kinds of geometry of classes. */

const KIND_NAMES = {
  polygon: "polygons",
  box: "boxes",
  "oriented-box": "oriented boxes",
  line: "lines",
  point: "points",
} as const;

type Kind = keyof typeof KIND_NAMES;

/** What an object is called, by the type of its geometry. */
const TYPE_NAMES = {
  Polygon: "a polygon",
  MultiPolygon: "an object of several parts",
  LineString: "a line",
  Point: "a point",
} as const;

const isOf = (name: string, kind: Kind): string => `${name} is of ${KIND_NAMES[kind]}`;

export const KIND_TEXTS = {
  kinds: {
    names: KIND_NAMES,
    unfit: (name: string, kind: Kind, type: keyof typeof TYPE_NAMES) => {
      const isBox = type === "Polygon" && (kind === "box" || kind === "oriented-box");
      const box = kind === "box" ? "a rectangle along the pixels of the scene" : "a rectangle";
      return isBox
        ? `${isOf(name, kind)}: this outline is not ${box}.`
        : `${isOf(name, kind)}: ${TYPE_NAMES[type]} cannot be one.`;
    },
    otherTool: (name: string, kind: Kind) => `${isOf(name, kind)}, which this tool does not draw: D draws them.`,
    putBack: (problem: string) => `${problem} It was put back.`,
    unfinished: (name: string, kind: Kind) =>
      `${isOf(name, kind)}: finish what is being drawn with Enter, or drop it with Esc, before you choose it.`,
    notFor: (operation: string, kinds: readonly Kind[]) =>
      `${operation} is for ${kinds.map((kind) => KIND_NAMES[kind]).join(" and ")}; other objects are selected too.`,
    pointThere: (name: string) => `There is a ${name} at this very place already: nothing was drawn.`,
    partNeedsPolygon: "Select one polygon first: what is drawn becomes another part of it.",
    adds: (name: string) => `Another part of this ${name}. `,
    extendNeedsLine: "Select one line first: it is drawn on from the end that is nearer to the pointer.",
  },
} as const;
