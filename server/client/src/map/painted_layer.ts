/** A layer that a function paints on a canvas of its own. */

import Layer from "ol/layer/Layer";
import type { FrameState } from "ol/Map";
import CanvasLayerRenderer from "ol/renderer/canvas/Layer";

type Paint = (context: CanvasRenderingContext2D, state: FrameState) => void;

class Painter extends CanvasLayerRenderer<Layer> {
  constructor(
    layer: Layer,
    private readonly paint: Paint,
  ) {
    super(layer);
  }

  override prepareFrame(): boolean {
    return true;
  }

  override renderFrame(state: FrameState, target: HTMLElement): HTMLElement {
    this.prepareContainer(state, target);
    this.paint(this.context as CanvasRenderingContext2D, state);
    return this.container!;
  }
}

export class PaintedLayer extends Layer {
  constructor(
    private readonly paint: Paint,
    options: { readonly className?: string; readonly zIndex?: number } = {},
  ) {
    super(options);
  }

  override createRenderer(): Painter {
    return new Painter(this, this.paint);
  }
}
