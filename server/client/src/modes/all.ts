/** Every mode by its name. */

import type { DeskContext } from "../desk/context";
import { LassoMode } from "./lasso";
import { MeasureMode } from "./measure";
import type { Mode, Modes } from "../desk/mode";
import { OutlineMode } from "./outline";
import { PinMode } from "./pin";
import { ReviewMode } from "./review";
import { RowMode } from "./row";
import { SelectMode } from "./select";
import { SketchMode } from "./sketch";
import { SKETCHES } from "./sketches";
import { TransformMode } from "./transform";

export function allModes(desk: DeskContext): Modes {
  const sketch = (kind: keyof typeof SKETCHES): Mode => new SketchMode(desk, SKETCHES[kind]);
  return {
    select: new SelectMode(desk),
    review: new ReviewMode(desk),
    draw: sketch("draw"),
    "draw-line": sketch("draw-line"),
    "draw-point": sketch("draw-point"),
    rectangle: sketch("rectangle"),
    oriented: sketch("oriented"),
    circle: sketch("circle"),
    "circle-diameter": sketch("circle-diameter"),
    "circle-three": sketch("circle-three"),
    outline: new OutlineMode(desk),
    split: sketch("split"),
    hole: sketch("hole"),
    area: sketch("area"),
    transform: new TransformMode(desk),
    lasso: new LassoMode(desk),
    row: new RowMode(desk),
    measure: new MeasureMode(desk),
    pin: new PinMode(desk),
  };
}
