/** Labels of objects, score and class, in a layer of their own over all outlines. */

import type { FrameState } from "ol/Map";

import type { Extent, Feature } from "../model/feature";
import type { Entry } from "../model/view/feature_index";
import type { Box, Wanted } from "../model/view/label_placement";
import { placeLabels } from "../model/view/label_placement";
import { isPoint } from "../model/shapes/geometry";
import { PaintedLayer } from "./painted_layer";
import { FONT } from "./styles";
import { POINT_PX } from "./thin";

const FONT_PX = 11;
/** Page pixels of a line of text with its casing, and between it and its object. */
const LINE = { height: FONT_PX + 4, gap: 2 };
const PADDING_PX = 2;
/** Objects smaller than that (page pixels) have no label. */
const LEAST_PX = 8;

/** What the layer writes. */
export interface LabelSource {
  /** The objects in a box that are drawn one by one, those that are selected first. */
  within(box: Extent): readonly Entry[];
  nameOf(classKey: string): string;
}

export class LabelLayer {
  readonly layer = new PaintedLayer((context, state) => this.#paint(context, state), {
    className: "ol-layer object-labels",
    zIndex: 1,
  });
  readonly #widths = new Map<string, number>();
  /** Boxes of the labels in view, in page pixels. */
  #placed: readonly (Box & { readonly words: string })[] = [];

  constructor(private readonly source: LabelSource) {
    this.layer.setVisible(false);
  }

  get shown(): boolean {
    return this.layer.getVisible();
  }

  set shown(on: boolean) {
    this.layer.setVisible(on);
    if (!on) this.#placed = [];
  }

  get placed(): readonly (Box & { readonly words: string })[] {
    return this.#placed;
  }

  #paint(context: CanvasRenderingContext2D, { viewState, pixelRatio: ratio }: FrameState): void {
    const { resolution, center } = viewState;
    const view = { width: context.canvas.width / ratio, height: context.canvas.height / ratio };
    const [left, top] = [center[0]! - (view.width / 2) * resolution, center[1]! + (view.height / 2) * resolution];
    const entries = this.source
      .within([left, top - view.height * resolution, left + view.width * resolution, top])
      .filter(
        ({ minX, minY, maxX, maxY, feature }) =>
          isPoint(feature.geometry) || Math.max(maxX - minX, maxY - minY) >= LEAST_PX * resolution,
      );
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.font = `${FONT_PX}px ${FONT}`;
    const words = entries.map(({ feature }) => this.#wordsOf(feature));
    const wanted = entries.map(({ minX, minY, maxX, maxY, feature }, i): Wanted => {
      const around = isPoint(feature.geometry) ? POINT_PX.ring : 0;
      return {
        object: {
          left: (minX - left) / resolution - around,
          top: (top - maxY) / resolution - around,
          right: (maxX - left) / resolution + around,
          bottom: (top - minY) / resolution + around,
        },
        widths: words[i]!.map((text) => this.#width(context, text)),
      };
    });
    this.#placed = placeLabels(wanted, view, LINE).map(({ index, words: n, box }) => ({
      ...box,
      words: words[index]![n]!,
    }));
    write(context, this.#placed);
    context.restore();
  }

  #wordsOf({ score, classKey }: Feature): string[] {
    const number = score?.toFixed(2) ?? "";
    const full = `${number} ${this.source.nameOf(classKey)}`.trim();
    return number ? [full, number] : [full];
  }

  #width(context: CanvasRenderingContext2D, text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined)
      this.#widths.set(text, (width = Math.ceil(context.measureText(text).width) + 2 * PADDING_PX));
    return width;
  }
}

function write(context: CanvasRenderingContext2D, labels: readonly (Box & { readonly words: string })[]): void {
  context.setLineDash([]);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = "rgba(0, 0, 0, 0.8)";
  context.fillStyle = "#ffffff";
  for (const { words, left, top } of labels) {
    const [x, y] = [left + PADDING_PX, top + LINE.height / 2 + 0.5];
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
  }
}
