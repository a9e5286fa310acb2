/** The selection: the features and the vertices that commands act on. */

import type { EditLayer } from "../map/editing";
import type { Feature } from "../model/feature";
import { Signal } from "../model/labels/signal";
import type { VertexRef } from "../model/labels/vertices";
import { toggled, verticesOf } from "../model/labels/vertices";
import { TEXTS } from "../texts";

export class Selection {
  readonly #features = new Signal<readonly Feature[]>([]);
  #uids: ReadonlySet<string> = new Set();

  constructor(
    private readonly edit: EditLayer,
    private readonly notice: Signal<string>,
    /** Features at once: as many as the server takes in one changeset. */
    readonly most: number,
  ) {}

  get features(): readonly Feature[] {
    return this.#features.value;
  }

  /** The selected feature where it is the only one. */
  get single(): Feature | null {
    return this.features.length === 1 ? this.features[0]! : null;
  }

  get empty(): boolean {
    return this.features.length === 0;
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }

  /** Call `watcher` with the selected features now and after every change. */
  watch(watcher: (features: readonly Feature[]) => void): () => void {
    return this.#features.watch(watcher);
  }

  /** Replace the selected features; deleted ones are left out. */
  set(features: readonly Feature[]): void {
    const living = features.filter((f) => !f.deleted);
    if (living.length > this.most) this.notice.set(TEXTS.selection.tooMany(living.length, this.most));
    const selected = living.slice(0, this.most);
    this.#uids = new Set(selected.map((f) => f.uid));
    this.edit.show(selected);
    this.#features.set(selected);
  }

  /** Add features to the selection. */
  add(features: readonly Feature[]): void {
    this.set([...this.features, ...features.filter((f) => !this.has(f.uid))]);
  }

  /** Add a feature to the selection, or remove it where it is selected. */
  toggle(feature: Feature): void {
    if (this.has(feature.uid)) this.set(this.features.filter((f) => f.uid !== feature.uid));
    else this.add([feature]);
  }

  /** The selected vertices. */
  get vertices(): readonly VertexRef[] {
    return this.edit.vertices;
  }

  set vertices(vertices: readonly VertexRef[]) {
    this.edit.vertices = vertices;
  }

  /** Select a vertex alone; with `add` besides the others, or no longer where it was selected. */
  selectVertex(vertex: VertexRef, add: boolean): void {
    this.vertices = add ? toggled(this.vertices, vertex) : [vertex];
  }

  selectAllVertices(): void {
    this.vertices = verticesOf(this.features).map(({ vertex }) => vertex);
  }
}
