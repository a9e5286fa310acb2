/** One open scene: the workspace, the map and the mode, and what an analyst can do with them. */

import type { LabelClass, Project, Scene } from "../api";
import * as api from "../api";
import { followClasses } from "./class_changes";
import { Birth } from "./birth";
import { Comparing } from "./comparing";
import type { Completing } from "./completing";
import { Search } from "./search";
import type { Searcher } from "./searcher";
import { Selection } from "./selection";
import { Loader } from "./loading";
import { BulkLayer } from "../map/bulk";
import { EditLayer } from "../map/editing";
import { VertexEditor } from "../map/vertex_editor";
import { Overlay } from "../map/overlay";
import { SceneMap } from "../map/scene_map";
import type { Step } from "../model/labels/change";
import type { Feature } from "../model/feature";
import type { Outbox } from "../model/labels/outbox";
import type { IsOpen, Review } from "../model/view/review";
import { awaits } from "../model/view/review";
import { Signal } from "../model/labels/signal";
import { isRefused, ok } from "../model/shapes/result";
import { totalOf } from "../model/view/in_view";
import { Visit } from "../model/labels/visit";
import { areApart } from "../model/labels/pairs";
import { Workspace } from "../model/labels/workspace";
import type { DeskContext } from "./context";
import { DRAWING, type Mode, type ModeName, type Modes } from "./mode";
import { Decisions } from "./decisions";
import { Display } from "./display";
import { Filtering } from "./filtering";
import { Hiding } from "./hiding";
import { Kinds } from "./kinds";
import { History } from "./history";
import { AllInView } from "./in_view";
import { Nudges } from "./nudges";
import { Past } from "./past";
import { PanelTabs } from "./panel_tabs";
import { Pins } from "./pins";
import { Pairs } from "./pairs";
import { Outlines } from "./outlines";
import { Queueing } from "./queueing";
import { Redrawing } from "./redrawing";
import { Shaping } from "./shaping";
import { Saying } from "./saying";
import { Sight } from "./sight";
import { Snapper } from "./snapper";
import { NextScene } from "./next_scene";
import { Unfinished } from "./unfinished";
import { TEXTS } from "../texts";

const NEAR_PX = 3;

export class Desk implements DeskContext {
  readonly mode = new Signal<ModeName>("select");
  readonly review = new Signal<Review | null>(null);
  readonly queue: Queueing;
  readonly comparing: Comparing;
  readonly drawClass: Signal<string>;
  readonly visit: Visit;
  readonly map: SceneMap;
  readonly bulk: BulkLayer;
  readonly edit: EditLayer;
  readonly vertexEditor: VertexEditor;
  readonly selection: Selection;
  readonly workspace: Workspace;
  readonly loader: Loader;
  readonly shaping: Shaping;
  readonly outlines: Outlines = new Outlines(this);
  readonly redrawing: Redrawing = new Redrawing(this);
  readonly birth: Birth;
  readonly nudges: Nudges;
  readonly #stopListening: () => void;
  readonly #stopFollowing: () => void;
  readonly display: Display;
  readonly snapper: Snapper;
  readonly unfinished: Unfinished;
  readonly decisions: Decisions;
  readonly filtering: Filtering;
  readonly history: History;
  readonly inView: AllInView;
  readonly nextScene: NextScene;
  readonly search: Search;
  readonly saying: Saying;
  readonly pairs: Pairs;
  readonly pins: Pins;
  readonly panel: PanelTabs;
  readonly past: Past;
  readonly sight: Sight = new Sight(this);
  readonly hiding: Hiding = new Hiding(this);
  readonly kinds: Kinds;
  readonly #modes: Modes;

  constructor(
    target: HTMLElement,
    project: Project,
    /** Those of the project, which may change while the page is open. */
    readonly classes: Signal<readonly LabelClass[]>,
    readonly scene: Scene,
    outbox: Outbox,
    /** Who works in which project. */
    readonly searcher: Searcher,
    readonly notice: Signal<string>,
    modes: (desk: DeskContext) => Modes,
  ) {
    this.kinds = new Kinds(classes);
    this.drawClass = new Signal(classes.value[0]?.key ?? "");
    this.panel = new PanelTabs(project.uuid);
    this.queue = new Queueing(notice, () => this.#active.filtered?.());
    this.visit = new Visit(scene.counts);
    this.map = new SceneMap(target, scene);
    this.display = new Display(this.map, target, project.name, notice);
    const overlay = new Overlay(this.map.map, scene);
    this.comparing = new Comparing(notice);
    this.comparing.state.watch((comparison) => overlay.show(comparison));
    this.filtering = new Filtering(
      classes,
      () => this.bulk.redraw(),
      () => {
        this.loader.recount();
        this.#active.filtered?.();
      },
    );
    this.bulk = new BulkLayer(this.filtering.passes, this, () => this.map.resolution);
    for (const layer of [this.bulk.layer, this.bulk.labels.layer]) this.map.map.addLayer(layer);
    this.snapper = new Snapper(
      (position, maxDistance) => this.bulk.at([...position], maxDistance),
      () => this.map.resolution,
    );
    this.edit = new EditLayer(this.map.map, this.colorOf);
    this.vertexEditor = new VertexEditor(this.edit, {
      snap: (position, features) => this.snapper.dragged(position, features),
      within: (box) => this.bulk.drawnWithin(box),
      isBox: this.kinds.isBox,
      take: (feature) => this.selection.set([feature]),
      neighbours: (position) => this.bulk.at([...position], NEAR_PX * this.map.resolution),
      reshape: (reshapings) => this.outlines.reshape(reshapings),
      choose: (vertex, more) => this.selection.selectVertex(vertex, more),
    });
    this.map.map.addInteraction(this.vertexEditor);
    this.selection = new Selection(this.edit, notice, project.limits.edits);
    this.selection.watch((selected) => {
      this.bulk.hide(new Set(selected.map((f) => f.uid)));
      this.vertexEditor.check(selected);
    });
    this.workspace = new Workspace(scene.id, outbox, searcher.author);
    this.workspace.labels.watch((features) => this.#show(features));
    this.bulk.patch([...this.workspace.labels]);
    this.loader = new Loader(this.map, this.workspace.labels, {
      query: this.filtering.query,
      closed: () => this.filtering.closed,
      selected: (uid) => this.selection.has(uid),
      total: () => totalOf(this.visit.counts.value),
      count: (box) => this.bulk.within(box).length,
      forgotten: (uids) => this.bulk.forget(uids),
    });
    this.loader.state.watch(({ counts }) => (this.bulk.counts = counts));
    this.#stopListening = outbox.onSaved(() => this.bulk.counts && this.loader.recount());
    this.shaping = new Shaping(this);
    this.birth = new Birth(this, () => this.shaping.shortest);
    this.nudges = new Nudges(this);
    this.decisions = new Decisions(this, () => this.#active.decided?.(true));
    this.saying = new Saying(this, this.decisions, (decided) => this.#active.decided?.(decided), project);
    this.pairs = new Pairs(this, () => this.#active.decided?.(true));
    this.pins = new Pins(this, searcher, project.limits.note);
    this.history = new History(this, () => this.#active);
    this.past = new Past(this, searcher.author, (question) => this.history.question.set(question));
    this.hiding.bare.watch((bare) => target.classList.toggle("bare", bare));
    const signed = { project: project.uuid, author: searcher.author };
    this.inView = new AllInView(this, this.loader, signed, () => this.#active.filtered?.());
    this.unfinished = new Unfinished(project.uuid, scene.id);
    this.nextScene = new NextScene(this);
    this.search = new Search(this, searcher, () => this.comparing.state.value.shown);
    this.#stopFollowing = followClasses(this, this.loader);
    this.#modes = modes(this);
    this.#active.enter();
    this.#goOn();
    for (const signal of [this.drawClass, classes]) signal.watch(() => this.#drawAsKind());
    void this.comparing.findPairs(scene.id);
  }

  close(): void {
    for (const part of [this.nudges, this.nextScene, this.search, this.past, this.pins]) part.close();
    this.#active.exit();
    this.#stopListening();
    this.#stopFollowing();
    for (const part of [this.loader, this.workspace, this.map]) part.close();
  }

  readonly colorOf = (key: string): string => this.classes.value.find((c) => c.key === key)?.color ?? "#ffffff";

  readonly nameOf = (key: string): string => this.classes.value.find((c) => c.key === key)?.name ?? key;

  /** Return whether an object, or a pair, still awaits a decision; one that was never loaded does. */
  readonly isOpen: IsOpen = (uid, other) => {
    const { labels } = this.workspace;
    const awaited = (each: string): boolean => awaits(this.review.value, each, labels.get(each));
    return awaited(uid) && (!other || (awaited(other) && !areApart(labels.get(uid), labels.get(other))));
  };

  /** True in the modes that make objects, which have no selection. */
  get isDrawing(): boolean {
    return DRAWING.has(this.mode.value);
  }

  /** True while a gesture or a drawing is begun and not finished. */
  get busy(): boolean {
    return this.vertexEditor.dragging || this.isUnfinished || this.shaping.menu.value !== null;
  }

  /** True while the mode has something begun and not finished. */
  get isUnfinished(): boolean {
    return this.#active.busy ?? false;
  }

  get completing(): Completing {
    return this.search.completing;
  }

  get #active(): Mode {
    return this.#modes[this.mode.value];
  }

  enter(tool: ModeName): void {
    if (DRAWING.has(tool) && !this.drawClass.value) return this.notice.set(TEXTS.desk.noClasses);
    const made = DRAWING.has(tool) ? this.kinds.mode(tool, this.redrawing.classKey) : ok(tool);
    if (isRefused(made)) return this.notice.set(made.problem);
    const name = made.ok;
    if (name === this.mode.value) return;
    this.#active.exit();
    this.mode.set(name);
    this.#active.enter();
    this.unfinished.entered(name, this.drawClass.value);
  }

  /** Draw with a tool for the kind of the class that is drawn, where another class has been chosen or its kind changed. */
  #drawAsKind(): void {
    if (!this.isDrawing || this.isUnfinished || !this.drawClass.value) return;
    const made = this.kinds.mode(this.mode.value, this.redrawing.classKey);
    this.enter(isRefused(made) ? "draw" : made.ok);
  }

  /** Go on with what was being drawn when the scene was left. */
  #goOn(): void {
    const { drawing } = this.unfinished;
    if (!drawing) return;
    if (this.classes.value.some((c) => c.key === drawing.classKey)) this.drawClass.set(drawing.classKey);
    this.enter(drawing.mode);
    this.notice.set(TEXTS.desk.goesOn);
  }

  select(uid: string | null): void {
    const feature = uid === null ? undefined : this.workspace.labels.get(uid);
    this.selection.set(feature ? [feature] : []);
  }

  /** Repair the outline being drawn, or else the selected features. */
  repair(): void {
    if (!this.#active.repair?.()) this.outlines.repair();
  }

  /** Select the features that a step left. */
  selectChanged(step: Step | null): void {
    if (step) this.selection.set(step.changes.map((c) => this.workspace.labels.get(c.uid)!));
  }

  /** Select all vertices of the selected features, or else all features in view. */
  selectAll(): void {
    if (this.isDrawing) this.notice.set(TEXTS.desk.whileDrawing);
    else if (!this.selection.empty) this.selection.selectAllVertices();
    else void this.inView.select();
  }

  /** Ask the server for one feature. */
  async fetch(uid: string): Promise<Feature> {
    const feature = await api.feature(uid);
    this.workspace.labels.learn([feature]);
    return this.workspace.labels.get(uid)!;
  }

  commit(step: Step | null): void {
    if (!step) return;
    this.workspace.commit(step);
    this.visit.took(step);
  }

  /** Move the selection, or what the mode has to move, by raster pixels to the right and up. */
  nudge(right: number, up: number): void {
    const [dx, dy] = [right * this.scene.native_resolution, up * this.scene.native_resolution];
    if (this.#active.nudge) this.#active.nudge(dx, dy);
    else this.nudges.move(dx, dy);
  }

  next(): void {
    if (this.#active.next) this.#active.next();
    else this.enter("review");
  }

  previous(): void {
    if (this.#active.previous) this.#active.previous();
    else this.enter("review");
  }

  finish(): void {
    if (!this.nextScene.finish()) this.#active.finish?.();
  }

  /** Add a vertex where keys or the mouse point, or go on in a sweep. */
  addPoint(): void {
    if (!this.search.step(this.#active)) this.#active.addPoint?.();
  }

  alternative(): boolean {
    return this.#active.alternative?.() ?? false;
  }

  stepBack(): void {
    this.#active.stepBack?.();
  }

  escape(): void {
    if (!this.busy && this.panel.introduction.close()) return;
    const closed = !this.busy && (this.nextScene.dismiss() || this.pins.dismiss());
    if (!this.inView.clear() && !this.#active.escape() && !this.display.dismiss() && !closed) this.enter("select");
  }

  /** Back to the map, so that keys mean what they mean there. */
  focus(): void {
    this.map.map.getTargetElement()?.focus({ preventScroll: true });
  }

  /** Back to the queue after something else had to be looked at. */
  resume(): void {
    this.#active.decided?.();
  }

  #show(features: readonly Feature[]): void {
    this.bulk.patch(features);
    if (!features.some((f) => this.selection.has(f.uid))) return;
    this.selection.set(this.selection.features.map((f) => this.workspace.labels.get(f.uid)!));
  }
}
