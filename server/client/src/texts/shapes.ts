/** Texts on outlines: what is wrong with them, and what cannot be made. */

export const SHAPE_TEXTS = {
  shapes: {
    noArea: "Nothing of the polygon encloses an area.",
    outsideSceneWhole: "Nothing of the polygon lies within the scene.",
    onOneLine: "The vertices lie on one line: they enclose no area.",
    flatRectangle: "A rectangle needs a width and a height.",
    scaleFactors: (x: number, y: number) =>
      `A shape cannot be scaled by ${x} and ${y}: expected factors other than zero.`,
    circleOnLine: "The three points lie on one line: no circle goes through them.",
    radius: "A circle needs a radius.",
    copies: (count: number, most: number) =>
      `The number of copies is ${count}, expected a whole number from 1 to ${most}.`,
    rowEnd: "The row needs an end away from the original.",
    mergeTwo: "Merging needs at least two polygons.",
    separate: (count: number) =>
      `These polygons would stay ${count} pieces: only what overlaps or shares a border can be merged.`,
    nothingLeft: "Nothing of the polygon would be left.",
    noOverlap: "The shapes do not overlap: there is nothing to cut off.",
    cutLine: "A split needs a line of at least two points.",
    cutAcross: "The line must cross the polygon from border to border.",
    repairFirst: "The polygon crosses itself: it has to be repaired before it can be split.",
    tooClose: "These outlines lie too close to each other to be told apart.",
    holeCrosses: "The hole needs an outline that does not cross itself.",
    holeWithin: "The hole must lie within the outline.",
    holeCuts: "The hole would cut the polygon in parts.",
    noHoleHere: "There is no hole at this place.",
    noHoles: "The polygon has no holes.",
    onePart: "The polygon has only one part.",
    nothingToRepair: "The polygon has no vertices that could be repaired.",
    growBy: (distance: number) => `A polygon cannot be grown by ${distance}: expected a distance.`,
    tooManyVertices: (count: number, most: number) =>
      `The outline has ${count} vertices, more than ${most}: simplify it first.`,
    notSquare: "This outline is too far from right angles to be squared.",
    sliver: (pixels: number) => `The outline is a sliver, ${pixels.toFixed(1)} pixels wide.`,
    duplicate: (share: number) =>
      `Another outline covers ${Math.floor(100 * share)} % of the same area: this may be a duplicate.`,
    beyondScene: "The outline reaches beyond the scene.",
    outsideScene: "The outline lies outside the scene.",
    repeated: (count: number) => (count === 1 ? "A vertex is there twice." : `${count} vertices are there twice.`),
    manyVertices: (count: number, most: number) =>
      `The outline has ${count} vertices, more than ${most}: simplifying makes it easier to edit.`,
    crosses: "The outline crosses itself.",
    wouldCross: "The outline would cross itself.",
    flat: "The outline needs at least three vertices that enclose an area.",
    holeOutside: "A hole reaches out of the outline or into another hole.",
    holeWouldBeOutside: "A hole would reach out of the outline, or into another hole.",
    noLength: "The line needs at least two vertices that are apart.",
    cutsNoLine: "The line crosses no line between its ends.",
    endsApart: "These lines do not end at one place: drag an end of one onto an end of the other first.",
    onlyOutlines: "This is for polygons: a line or a point is among the selected objects.",
    onlyWhole: "An object of several parts, or a point, cannot be split: separate the parts first.",
    partsOverlap:
      "Parts of one object may not overlap or share a border: merge those, or keep them objects of their own.",
    noPartHere: "The pointer is in no part of a selected object of several.",
    noPlace: "The point is at no place.",
  },
} as const;
