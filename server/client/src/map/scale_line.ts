/** The scale line, in plain units: "1 m" and "0.5 m", never "1000 mm". */

import ScaleLine from "ol/control/ScaleLine";
import type MapEvent from "ol/MapEvent";

const METRES: Readonly<Record<string, number>> = { mm: 1e-3, μm: 1e-6 };

/** "1000 mm" as "1 m"; every other text as it is. */
export function plainUnits(text: string): string {
  const [, count, unit] = /^([\d.]+) (mm|μm)$/.exec(text) ?? [];
  return unit === undefined ? text : `${Number((Number(count) * METRES[unit]!).toPrecision(6))} m`;
}

export class PlainScaleLine extends ScaleLine {
  override render(event: MapEvent): void {
    super.render(event);
    const inner = this.element?.firstElementChild;
    const text = inner?.textContent ?? "";
    if (inner && plainUnits(text) !== text) inner.textContent = plainUnits(text);
  }
}
