/** The part of the desk that modes, nudges, outlines and shaping use. */

import type { LabelClass, Scene } from "../api";
import type { BulkLayer } from "../map/bulk";
import type { EditLayer } from "../map/editing";
import type { SceneMap } from "../map/scene_map";
import type { VertexEditor } from "../map/vertex_editor";
import type { Extent, Feature, Geometry, Polygon } from "../model/feature";
import type { PixelArea } from "../model/ground/pixel_area";
import type { BulkDecision, Reshaping, Step } from "../model/labels/change";
import type { Signal } from "../model/labels/signal";
import type { VertexRef } from "../model/labels/vertices";
import type { Visit } from "../model/labels/visit";
import type { Workspace } from "../model/labels/workspace";
import type { InView } from "../model/view/in_view";
import type { IsOpen, Review } from "../model/view/review";
import type { Display } from "./display";
import type { Filtering } from "./filtering";
import type { Kinds } from "./kinds";
import type { ModeName } from "./mode";
import type { Queueing } from "./queueing";
import type { Selection } from "./selection";
import type { Snapper } from "./snapper";
import type { Unfinished } from "./unfinished";

/** Take new outlines of features; those that are not valid are put back, and can be repaired. */
export interface OutlineEdits {
  reshape(reshapings: readonly Reshaping[], label?: string): void;
  removeVertices(vertices: readonly VertexRef[]): void;
}

/** What can be done about what was just done, with a button over the map: of what a decision left alone, of a duplicate. */
export interface Offer {
  readonly words: string;
  readonly label: string;
  run(): void;
}

/** Carry out a change of `count` objects, of many once it has been confirmed. */
export interface Confirming {
  readonly offer: Signal<Offer | null>;
  confirm(count: number, words: (count: number) => string, proceed: () => void, leave?: () => void): void;
}

/** Decisions on all objects in view, which the server makes. */
export interface DecidingInView {
  /** Objects in view that are too many to be selected one by one; null where there are none such. */
  readonly found: Signal<InView | null>;
  decide(state: "accepted" | "rejected", found: InView): void;
  /** Undo or redo a step that the server carried out. */
  takeBack(way: "undo" | "redo", step: Step, bulk: BulkDecision): Promise<void>;
}

/** What of the scene is in sight. */
export interface InSight {
  /** Sentence that says why objects in view cannot be taken; null where they are drawn. */
  readonly undrawn: string | null;
  /** Say so, and return true, where nothing that is selected can be seen: what is not seen is not changed. */
  isOutOfSight(): boolean;
  /** Return the shown features whose extents meet another, selected ones first. */
  near(extent: Extent): Feature[];
}

/** Takes what is drawn: new objects, or the new outline of an object that is redrawn. */
export interface Redraws {
  /** Object that is drawn anew; null where new objects are drawn. */
  readonly target: Signal<string | null>;
  /** Class of what is drawn. */
  readonly classKey: string;
  /** Go on with a drawing that is kept: of `uid`, or of a new object. */
  resume(uid: string | null, adds?: boolean): void;
  /** True where the outline that is drawn becomes another part of the object. */
  readonly adds: boolean;
  /** Take what was drawn, in one step; a sentence where it cannot be. */
  take(parts: readonly Geometry[]): string | null;
  /** The drawing is finished: back to where the redrawing began. */
  finished(): void;
  /** What was drawn is dropped: go back where a line was drawn on; false where none was. */
  dropped(): boolean;
  /** Go back without a new outline; false where no object is redrawn. */
  leave(): boolean;
  /** The review that was left for a redrawing that is over, and its object; null where none was. */
  takeReview(): { readonly review: Review; readonly uid: string } | null;
}

/** Squares what is drawn of a class that asks for it, or makes it round. */
export interface Births {
  /** True where the object that is being drawn is left as it is drawn. */
  readonly skipped: Signal<boolean>;
  /** What becomes of the object that is being drawn; null where it stays as it is drawn. */
  readonly shape: "squared" | "round" | null;
  /** The outline as it will be. */
  shown(outline: Polygon): Polygon;
  /** Shape objects that have just been drawn, in a step of their own; say where one stays as it was drawn. */
  give(uids: readonly string[]): void;
  /** Why an object that was drawn last stays as it was drawn; null where it does not. */
  readonly refusal: string | null;
  /** Nothing is being drawn any more: the next object is shaped again. */
  rest(): void;
}

/** What is said where a scene ends. */
export interface EndOfScene {
  /** Say what was decided, and which scene is next. */
  finished(): Promise<void>;
}

/** Says that areas are complete. */
export interface CompletesAreas {
  sayOf(area: PixelArea, complete: boolean): Promise<void>;
}

/** Questions on places of the scene. */
export interface PinsAtHand {
  /** True while a question is being written. */
  readonly isWriting: boolean;
  /** Open the card of the pin at a position, or close it; false where there is none. */
  chooseAt(position: readonly number[]): boolean;
  /** Write a question about a place. */
  ask(at: readonly number[]): void;
}

/** What a decision does to the mark of unsure objects. */
export interface Settling {
  /** True if a decision that is made now takes the mark away. */
  readonly clears: boolean;
}

export interface DeskContext {
  readonly scene: Scene;
  readonly classes: Signal<readonly LabelClass[]>;
  readonly kinds: Kinds;
  readonly mode: Signal<ModeName>;
  readonly review: Signal<Review | null>;
  readonly queue: Queueing;
  readonly drawClass: Signal<string>;
  readonly visit: Visit;
  readonly notice: Signal<string>;
  readonly map: SceneMap;
  readonly bulk: BulkLayer;
  readonly edit: EditLayer;
  readonly vertexEditor: VertexEditor;
  readonly selection: Selection;
  readonly workspace: Workspace;
  readonly outlines: OutlineEdits;
  readonly redrawing: Redraws;
  readonly birth: Births;
  readonly display: Display;
  readonly snapper: Snapper;
  readonly unfinished: Unfinished;
  readonly filtering: Filtering;
  readonly sight: InSight;
  readonly decisions: Confirming;
  readonly inView: DecidingInView;
  readonly nextScene: EndOfScene;
  readonly saying: Settling;
  readonly completing: CompletesAreas;
  readonly pins: PinsAtHand;
  /** True in the modes that make objects, which have no selection. */
  readonly isDrawing: boolean;
  /** True while a gesture or a drawing is begun and not finished. */
  readonly busy: boolean;
  /** True while the mode has something begun and not finished. */
  readonly isUnfinished: boolean;
  nameOf(classKey: string): string;
  colorOf(classKey: string): string;
  /** Return whether a proposal, or a pair, still awaits a decision; one that was never loaded does. */
  readonly isOpen: IsOpen;
  enter(name: ModeName): void;
  select(uid: string | null): void;
  /** Select the features that a step left. */
  selectChanged(step: Step | null): void;
  commit(step: Step | null): void;
  /** Ask the server for one feature. */
  fetch(uid: string): Promise<Feature>;
}
