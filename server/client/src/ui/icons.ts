/** Small line drawings for the tools, made as elements: nothing is fetched and no markup is parsed. */

import { s as svg } from "../browser/dom";

/** Paths on a grid of 24 units. */
const PATHS: Record<string, string> = {
  select: "M6 3l12 9-6 1 3 6-3 1.5-3-6-3 4z",
  review: "M4 12.5l5 5L20 6",
  draw: "M4 18L8 5l11 4-3 11zM4 18l12 2",
  rectangle: "M4 6h16v12H4z",
  oriented: "M3 13L14 4l7 8-11 9z",
  circle: "M12 4a8 8 0 1 0 .01 0z",
  split: "M5 5h14v14H5zM14 2l-4 20",
  hole: "M4 4h16v16H4zM9 9h6v6H9z",
  transform: "M5 9h10v10H5zM18 3a6 6 0 0 1 3 6M21 9l-2.5-2M15 9l4-4",
  lasso: "M5 14c-4-6 3-11 9-9s9 8 2 11-10 0-11-2M6 15c-1 3 1 5 3 5",
  outline: "M12 3v5M12 16v5M3 12h5M16 12h5M9 9l6 1-1 5-5-1z",
  measure: "M3 16L16 3l5 5L8 21zM8 11l2 2M11 8l2 2M14 5l2 2",
  row: "M3 9h5v6H3zM10 9h5v6h-5zM17 9h4v6h-4z",
};

/** The drawing of a tool; an empty one where there is none. */
export function icon(name: string): SVGElement {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", width: 20, height: 20, "aria-hidden": "true" },
    svg("path", { d: PATHS[name] ?? "" }),
  );
}
