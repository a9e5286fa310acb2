/** Pins over everything else: markers of one size at every zoom, yellow while open, with a casing for dark and light ground. */

import OlFeature from "ol/Feature";
import type OlMap from "ol/Map";
import Point from "ol/geom/Point";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";
import Style from "ol/style/Style";

import { MARKER } from "../model/view/pins";

interface Place {
  readonly x: number;
  readonly y: number;
  readonly state: string;
}

const OPEN = "#ffd166";
const RESOLVED = "#aab4bd";
const CHOSEN = "#ffffff";

export class PinLayer {
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source, zIndex: 4, updateWhileAnimating: true });

  constructor(map: OlMap) {
    map.addLayer(this.#layer);
  }

  set visible(visible: boolean) {
    this.#layer.setVisible(visible);
  }

  /** Draw these in place of those before; `front` is the one that is looked at or written. */
  show(pins: readonly Place[], front: Place | null): void {
    this.#source.clear(true);
    this.#source.addFeatures(pins.map((pin) => marker(pin, pin.state === "open" ? STYLES.open : STYLES.resolved)));
    if (front) this.#source.addFeature(marker(front, STYLES.chosen));
  }
}

const STYLES = { open: style(OPEN, 1), resolved: style(RESOLVED, 0.7), chosen: style(CHOSEN, 1, 2) };

function marker({ x, y }: Place, look: Style): OlFeature {
  const feature = new OlFeature(new Point([x, y]));
  feature.setStyle(look);
  return feature;
}

function style(fill: string, opacity: number, zIndex = 1): Style {
  return new Style({
    zIndex,
    renderer: (at, { context, pixelRatio }) => draw(context, at as [number, number], pixelRatio, fill, opacity),
  });
}

function draw(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  ratio: number,
  fill: string,
  opacity: number,
): void {
  const radius = MARKER.radius * ratio;
  const middle = y - MARKER.height * ratio;
  context.save();
  context.globalAlpha = opacity;
  context.setLineDash([]);
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(x, y);
  context.arc(x, middle, radius, 0.8 * Math.PI, 0.2 * Math.PI);
  context.closePath();
  // White outside, black inside: one of the two is seen on any ground.
  for (const [color, width] of [
    ["#ffffff", 5],
    ["#000000", 3],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width * ratio;
    context.stroke();
  }
  context.fillStyle = fill;
  context.fill();
  context.beginPath();
  context.arc(x, middle, 2.5 * ratio, 0, 2 * Math.PI);
  context.fillStyle = "#000000";
  context.fill();
  context.restore();
}
