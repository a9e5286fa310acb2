/**
 * Icons, made as elements: nothing is fetched and no markup is parsed.
 *
 * Their shapes are those of Lucide 1.62.0 (https://lucide.dev); two are put together from them.
 *
 * ISC License. Copyright (c) 2026 Lucide Icons and Contributors. Permission to use, copy, modify, and/or distribute
 * this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and
 * this permission notice appear in all copies. THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
 * WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE
 * AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM
 * LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
 * OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
 *
 * Circle, moon and square come from Feather, under the MIT License. Copyright (c) 2013-present Cole Bemis. Permission is
 * hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files,
 * to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
 * publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, provided that the above copyright notice and this permission notice are included in all copies or
 * substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
 * NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE
 * SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
 */

import { h, s as svg } from "../browser/dom";
import type { GeometryKind } from "../model/shapes/kind";
import { TEXTS } from "../texts";

/** A path, a circle (cx, cy, r) or a rounded rectangle (x, y, width, height, r) on a grid of 24 units. */
type Part = string | readonly [number, number, number] | readonly [number, number, number, number, number];

const ICONS: Record<string, readonly Part[]> = {
  // mouse-pointer-2
  select: [
    "M4.037 4.688a.495.495 0 0 1 .651-.651l16 6.5a.5.5 0 0 1-.063.947l-6.124 1.58a2 2 0 0 0-1.438 1.435l-1.579 6.126a.5.5 0 0 1-.947.063z",
  ],
  lasso: ["M3.704 14.467a10 8 0 1 1 3.115 2.375", "M7 22a5 5 0 0 1-2-3.994", [5, 16, 2]],
  // list-checks
  review: ["M13 5h8", "M13 12h8", "M13 19h8", "m3 17 2 2 4-4", "m3 7 2 2 4-4"],
  // pentagon
  draw: [
    "M10.83 2.38a2 2 0 0 1 2.34 0l8 5.74a2 2 0 0 1 .73 2.25l-3.04 9.26a2 2 0 0 1-1.9 1.37H7.04a2 2 0 0 1-1.9-1.37L2.1 10.37a2 2 0 0 1 .73-2.25z",
  ],
  // rectangle-horizontal
  rectangle: [[2, 6, 20, 12, 2]],
  // rectangle-horizontal, turned
  oriented: [[2, 6, 20, 12, 2]],
  circle: [[12, 12, 10]],
  // spline
  line: [[19, 5, 2], [5, 19, 2], "M5 17A12 12 0 0 1 17 5"],
  // circle-dot
  point: [
    [12, 12, 10],
    [12, 12, 1],
  ],
  // wand-sparkles
  outline: [
    "m21.64 3.64-1.28-1.28a1.21 1.21 0 0 0-1.72 0L2.36 18.64a1.21 1.21 0 0 0 0 1.72l1.28 1.28a1.2 1.2 0 0 0 1.72 0L21.64 5.36a1.2 1.2 0 0 0 0-1.72",
    "m14 7 3 3",
    "M5 6v4",
    "M19 14v4",
    "M10 2v2",
    "M7 8H3",
    "M21 16h-4",
    "M11 3H9",
  ],
  // scaling
  transform: ["M12 3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-7", "M14 15H9v-5", "M16 3h5v5", "M21 3 9 15"],
  // square-split-horizontal
  split: ["M12 2v20", "M16 3h3a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-3", "M8 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h3"],
  // square-square
  hole: [
    [3, 3, 18, 18, 2],
    [8, 8, 8, 8, 1],
  ],
  // square, three of it in a row
  row: [
    [1, 9, 6, 6, 1],
    [9, 9, 6, 6, 1],
    [17, 9, 6, 6, 1],
  ],
  // ruler
  measure: [
    "M21.3 15.3a2.4 2.4 0 0 1 0 3.4l-2.6 2.6a2.4 2.4 0 0 1-3.4 0L2.7 8.7a2.41 2.41 0 0 1 0-3.4l2.6-2.6a2.41 2.41 0 0 1 3.4 0Z",
    "m14.5 12.5 2-2",
    "m11.5 9.5 2-2",
    "m8.5 6.5 2-2",
    "m17.5 15.5 2-2",
  ],
  // map-pin
  pin: [
    "M20 10c0 4.993-5.539 10.193-7.399 11.799a1 1 0 0 1-1.202 0C9.539 20.193 4 14.993 4 10a8 8 0 0 1 16 0",
    [12, 10, 3],
  ],
  // sun
  light: [
    [12, 12, 4],
    "M12 2v2",
    "M12 20v2",
    "m4.93 4.93 1.41 1.41",
    "m17.66 17.66 1.41 1.41",
    "M2 12h2",
    "M20 12h2",
    "m6.34 17.66-1.41 1.41",
    "m19.07 4.93-1.41 1.41",
  ],
  // moon
  dark: [
    "M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401",
  ],
};

/** Turns of whole icons, in degrees. */
const TURNS: Record<string, number> = { oriented: -40 };

function drawn(part: Part): SVGElement {
  if (typeof part === "string") return svg("path", { d: part });
  if (part.length === 3) return svg("circle", { cx: part[0], cy: part[1], r: part[2] });
  const [x, y, width, height, rx] = part;
  return svg("rect", { x, y, width, height, rx });
}

export const KIND_ICONS: Readonly<Record<Exclude<GeometryKind, "polygon">, string>> = {
  box: "rectangle",
  "oriented-box": "oriented",
  line: "line",
  point: "point",
};

/** The icon of a kind of geometry, with its name; null of polygons, which most classes are of. */
export function kindIcon(kind: GeometryKind): HTMLElement | null {
  if (kind === "polygon") return null;
  const name = TEXTS.kinds.names[kind];
  return h(
    "span",
    { className: "kind", title: name },
    icon(KIND_ICONS[kind]),
    h("span", { className: "spoken" }, name),
  );
}

/** The icon of this name; an empty one where there is none. */
export function icon(name: string): SVGElement {
  const frame = { class: "icon", viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" };
  const parts = (ICONS[name] ?? []).map(drawn);
  const turn = TURNS[name];
  if (turn === undefined) return svg("svg", frame, ...parts);
  return svg(
    "svg",
    frame,
    svg("g", { transform: `rotate(${turn} 12 12) translate(12 12) scale(0.9) translate(-12 -12)` }, ...parts),
  );
}
