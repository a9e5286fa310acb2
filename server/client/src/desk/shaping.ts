/** Operations on the selected features as wholes, with a preview, and copies. */

import type { DeskContext } from "./context";
import type { NewFeature, Step } from "../model/labels/change";
import { draw, rework } from "../model/labels/change";
import type { Clipping } from "../model/labels/copies";
import { beside, clip, pasted } from "../model/labels/copies";
import { BoxConversions } from "../model/labels/box_conversions";
import type { Geometry, Position } from "../model/feature";
import { check } from "../model/shapes/check";
import { cornersOf, extentOf, isClosed, isLine } from "../model/shapes/geometry";
import type { GeometryKind } from "../model/shapes/kind";
import { geometryProblem } from "../model/shapes/parts";
import type { Outcome } from "../model/labels/operations";
import { provisional } from "../model/labels/operations";
import type { Result } from "../model/shapes/result";
import { isRefused, refuse } from "../model/shapes/result";
import { Signal } from "../model/labels/signal";
import type { Operation, OperationInput } from "./operations";
import { OPERATIONS } from "./operations";
import { TEXTS } from "../texts";

/** Raster pixels between an object and its duplicate. */
const GAP = 2;
/** The same on the screen for lines and points. */
const THIN_GAP_PX = 20;
/** Distance, in raster pixels, between a box as made and as the server returns it. */
const ROUNDING = 0.1;
/** Modes that work on the selection. */
const WITH_SELECTION: ReadonlySet<string> = new Set(["select", "review", "transform", "lasso"]);

/** Request for the menu of operations, at a position of the page or anywhere. */
export interface Asked {
  readonly page: readonly [number, number] | null;
  /** One of its operations, to be tried at once. */
  readonly operation?: Operation;
}

export class Shaping {
  readonly menu = new Signal<Asked | null>(null);
  /** Outlives the scene that it was copied in. */
  static #clipboard: Clipping | null = null;
  readonly #conversions: BoxConversions;
  readonly #pixel: number;
  #pointer: Position | null = null;
  readonly #amounts = new Map<string, number>();
  #last: { readonly operation: Operation; readonly amount: number } | null = null;

  constructor(private readonly desk: DeskContext) {
    this.#pixel = desk.scene.native_resolution;
    this.#conversions = new BoxConversions(ROUNDING * this.#pixel);
    desk.map.map.on("pointermove", ({ coordinate }) => (this.#pointer = coordinate));
  }

  /** Under the pointer, or before it came in the middle of the view. */
  get position(): Position {
    return this.#pointer ?? [this.desk.map.view.x, this.desk.map.view.y];
  }

  ask(page: Asked["page"] = null): void {
    this.menu.set({ page });
  }

  /** Do the operation of a letter without the menu, or lets it be tried; false where the letter stands for none. */
  shortcut(letter: string): boolean {
    const operation = OPERATIONS.find((o) => o.letter === letter);
    if (!operation || !WITH_SELECTION.has(this.desk.mode.value)) return false;
    const { amounts, isQuick } = operation;
    if (amounts && !isQuick && !this.desk.selection.empty) this.menu.set({ page: null, operation });
    else this.do(operation, amounts ? this.amountOf(operation) : 0);
    return true;
  }

  /** The operation that `again` would repeat. */
  get last(): Operation | null {
    return this.#last?.operation ?? null;
  }

  /** The amount that an operation was last done at, or else its first. */
  amountOf({ id, amounts }: Operation): number {
    return this.#amounts.get(id) ?? amounts!.steps[amounts!.first]!;
  }

  /** Edges below so many raster pixels are dropped by squaring. */
  get shortest(): number {
    return this.amountOf(OPERATIONS.find(({ id }) => id === "square")!);
  }

  /** Return whether an operation can do anything with the selection. */
  applies(operation: Operation): boolean {
    if (this.desk.selection.empty || !this.#isFor(operation)) return false;
    return operation.applies?.(this.#input) ?? true;
  }

  /** Return whether a command of the menu can do anything at the moment. */
  offers(id: string): boolean {
    const { selection, inView } = this.desk;
    const { features } = selection;
    if (id === "paste") return Shaping.#clipboard !== null;
    if (id === "accept") return inView.found.value !== null || features.some((f) => f.state !== "accepted");
    if (id === "reject") return inView.found.value !== null || features.some((f) => f.state !== "rejected");
    if (id === "reopen") return features.some((f) => f.state !== "proposed" && f.score !== null);
    if (id === "redraw") return features.length === 1;
    if (id === "add-part") return features.length === 1 && this.desk.kinds.ofFeature(features[0]!) === "polygon";
    if (id === "extend") return features.length === 1 && isLine(features[0]!.geometry);
    return !selection.empty && (id !== "again" || this.#last !== null);
  }

  /** Draw what an operation would leave; says what that is, or why it cannot be done. */
  try(operation: Operation, amount: number): string {
    const made = this.#make(operation, amount);
    this.desk.edit.preview(isRefused(made) ? null : [...made.ok.reshaped, ...provisional(made.ok.added)]);
    if (isRefused(made)) return made.problem;
    const { reshaped, added } = made.ok;
    const before = vertexCount(this.desk.selection.features.map((f) => f.geometry));
    const after = vertexCount([...reshaped.map(([, geometry]) => geometry), ...added.map((f) => f.geometry)]);
    return TEXTS.operations.preview(operation.amounts!.say(amount), before, after, added.length);
  }

  /** Run an operation on the selection, and select the features that it leaves. */
  do(operation: Operation, amount = 0): void {
    const { desk } = this;
    if (desk.sight.isOutOfSight()) return;
    const made = this.#make(operation, amount);
    if (isRefused(made)) return desk.notice.set(made.problem);
    const outlines = [...made.ok.reshaped.map(([, outline]) => outline), ...made.ok.added.map((n) => n.geometry)];
    const unfit = made.ok.reshaped.map(([f, outline]) => desk.kinds.unfit(f.classKey, outline));
    const problem = [...outlines.map(geometryProblem), ...unfit].find((p) => p !== null);
    if (problem) return desk.notice.set(TEXTS.operations.unchanged(problem));
    this.#last = { operation, amount };
    if (operation.isQuick) this.#amounts.set(operation.id, amount);
    const before = vertexCount(desk.selection.features.map((f) => f.geometry));
    const done = rework(operation.done, made.ok);
    if (!done) return desk.notice.set(TEXTS.operations.nothingToChange(nameOf(operation)));
    desk.commit(done);
    const after = vertexCount(outlines);
    if (operation.isQuick && after !== before)
      desk.notice.set(TEXTS.operations.preview(operation.amounts!.say(amount), before, after, 0));
    this.#select([...made.ok.reshaped.map(([f]) => f.uid), ...made.ok.added.map((n) => n.uid)]);
  }

  /** Do the last operation once more. */
  again(): void {
    if (this.#last) this.do(this.#last.operation, this.#last.amount);
    else this.desk.notice.set(TEXTS.operations.noneYet);
  }

  copy(): void {
    const { selection, scene, notice } = this.desk;
    if (selection.empty) return notice.set(TEXTS.selection.none);
    Shaping.#clipboard = clip(selection.features, scene);
    notice.set(TEXTS.operations.copied(selection.features.length));
  }

  cut(): void {
    const { features } = this.desk.selection;
    if (this.desk.sight.isOutOfSight()) return;
    this.copy();
    this.desk.decisions.confirm(features.length, TEXTS.decisions.deletes, () =>
      this.desk.commit(rework(TEXTS.steps.cut, { removed: features })),
    );
  }

  paste(): void {
    const copies = pasted(Shaping.#clipboard, this.position, this.desk.scene);
    if (isRefused(copies)) this.desk.notice.set(copies.problem);
    else {
      const doubt = this.#doubtOf(copies.ok);
      this.#add(copies.ok, TEXTS.steps.pasted);
      if (doubt) this.desk.notice.set(TEXTS.modes.doubtfulDrawing(doubt));
    }
  }

  duplicate(): void {
    const { selection, scene, notice } = this.desk;
    if (selection.empty) notice.set(TEXTS.selection.none);
    else this.#add(beside(selection.features, this.#gap, scene.extent), TEXTS.steps.duplicated);
  }

  /** World units between an object and its duplicate; of lines and points, which are thin, enough to tell them apart. */
  get #gap(): number {
    const { selection, map } = this.desk;
    const isThin = selection.features.some((f) => !isClosed(f.geometry));
    return Math.max(GAP * this.#pixel, isThin ? THIN_GAP_PX * map.resolution : 0);
  }

  /** Copy in a row begin with something to copy. */
  row(): void {
    if (this.desk.selection.empty) this.desk.notice.set(TEXTS.selection.none);
    else this.desk.enter("row");
  }

  #make(operation: Operation, amount: number): Result<Outcome> {
    const { features } = this.desk.selection;
    if (!features.length) return refuse(TEXTS.selection.none);
    if (!this.#isFor(operation)) return refuse(TEXTS.kinds.notFor(nameOf(operation), kindsOf(operation)));
    return operation.make(this.#input, amount);
  }

  /** Return whether an operation is for objects of the kinds that are selected. */
  #isFor(operation: Operation): boolean {
    const kinds = kindsOf(operation);
    return this.desk.selection.features.every((f) => kinds.includes(this.desk.kinds.ofFeature(f)));
  }

  get #input(): OperationInput {
    const { features } = this.desk.selection;
    const { vertices } = this.desk.selection;
    return { features, vertices, position: this.position, pixel: this.#pixel, conversions: this.#conversions };
  }

  #add(copies: readonly NewFeature[], label: string): void {
    const { desk } = this;
    if (!WITH_SELECTION.has(desk.mode.value)) desk.enter("select");
    const done: Step | null = draw(copies, label);
    desk.commit(done);
    this.#select(copies.map((n) => n.uid));
  }

  /** What is doubtful about copies where they are to be: one that lies on another object. */
  #doubtOf(copies: readonly NewFeature[]): string | null {
    const { scene } = this.desk;
    for (const { geometry } of copies) {
      const others = this.desk.sight.near(extentOf(geometry)).map((f) => f.geometry);
      const [worst] = check(geometry, { extent: scene.extent, pixel: this.#pixel, others });
      if (worst) return worst.sentence;
    }
    return null;
  }

  #select(uids: readonly string[]): void {
    this.desk.selection.set(uids.map((uid) => this.desk.workspace.labels.get(uid)!));
  }
}

const kindsOf = ({ kinds }: Operation): readonly GeometryKind[] => kinds ?? ["polygon"];

const nameOf = ({ label }: Operation): string => label.replace("…", "");

function vertexCount(geometries: readonly Geometry[]): number {
  return geometries.reduce(
    (total, geometry) => geometry.coordinates.reduce((sum, ring) => sum + cornersOf(geometry, ring).length, total),
    0,
  );
}
