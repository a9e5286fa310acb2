/** A desk context without a map on a page: real selection, labels and signals; the map only records and fires. */

import { vi } from "vitest";

import type { LabelClass } from "../../src/api";
import { Birth } from "../../src/desk/birth";
import type { DeskContext, Offer } from "../../src/desk/context";
import { Kinds } from "../../src/desk/kinds";
import type { ModeName } from "../../src/desk/mode";
import { Queueing } from "../../src/desk/queueing";
import { Redrawing } from "../../src/desk/redrawing";
import { Selection } from "../../src/desk/selection";
import { Unfinished } from "../../src/desk/unfinished";
import type { Feature, Position } from "../../src/model/feature";
import type { Ground } from "../../src/model/ground/scene_grid";
import { SceneGrid } from "../../src/model/ground/scene_grid";
import type { Step } from "../../src/model/labels/change";
import { Outbox } from "../../src/model/labels/outbox";
import { Signal } from "../../src/model/labels/signal";
import type { VertexRef } from "../../src/model/labels/vertices";
import { Visit } from "../../src/model/labels/visit";
import { Workspace } from "../../src/model/labels/workspace";
import { extentOf } from "../../src/model/shapes/geometry";
import { contains, extentsMeet } from "../../src/model/shapes/ring";
import type { Filter } from "../../src/model/view/filter";
import { EVERYTHING } from "../../src/model/view/filter";
import type { Review } from "../../src/model/view/review";
import { FakeServer, MemoryStore } from "../samples";

type Listener = (event: unknown) => unknown;
type Extent = readonly [number, number, number, number];

/** 1000 × 1000 pixels of one unit each, without a position on the Earth. */
const GROUND: Ground = {
  width: 1000,
  height: 1000,
  crs: null,
  units: "pixels",
  transform: [1, 0, 0, 0, -1, 1000],
  chart: null,
  gsd_m: null,
};

class FakeMap {
  readonly interactions: { handleEvent?: Listener }[] = [];
  readonly layers: unknown[] = [];
  readonly viewport = document.createElement("div");
  readonly #listeners = new Map<string, Set<Listener>>();

  on(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  un(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Send an event to whoever listens to the map. */
  fire(type: string, at: Position, keys: Partial<MouseEvent> = {}): void {
    const event = {
      type,
      coordinate: [...at],
      pixel: [...at],
      dragging: false,
      originalEvent: keys,
      stopPropagation: vi.fn(),
    };
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }

  readonly addLayer = (layer: unknown): unknown => this.layers.push(layer);
  readonly removeLayer = (layer: unknown): unknown => this.layers.splice(this.layers.indexOf(layer), 1);
  readonly addInteraction = (one: object): unknown => this.interactions.push(one);
  readonly removeInteraction = (one: object): unknown => this.interactions.splice(this.interactions.indexOf(one), 1);
  readonly getViewport = (): HTMLElement => this.viewport;
  readonly getInteractions = () => ({
    insertAt: (_: number, one: object) => this.addInteraction(one),
    getArray: () => this.interactions,
  });
  readonly getSize = (): number[] => [1000, 800];
  readonly getEventCoordinate = (): number[] => [0, 0];
}

/** A desk of these features, and what its modes did to it. */
export function fakeDesk(...features: Feature[]) {
  const olMap = new FakeMap();
  const notice = new Signal("");
  const mode = new Signal<ModeName>("select");
  const edit = {
    editable: false,
    vertices: [] as readonly VertexRef[],
    features: [] as readonly Feature[],
    show: (shown: readonly Feature[]) => void (edit.features = shown),
    preview: vi.fn(),
    holds: (at: Position) => edit.features.some((f) => covers(f, at)),
    at: (at: Position) => edit.features.find((f) => covers(f, at)),
  };
  const selection = new Selection(edit as never, notice, 5000);
  const workspace = new Workspace(1, new Outbox(new MemoryStore(), new FakeServer(...features).send), () => "ana");
  workspace.labels.learn(features);
  const unselected = (): Feature[] => [...workspace.labels].filter((f) => !selection.has(f.uid));
  const within = (box: Extent): Feature[] => unselected().filter((f) => extentsMeet(extentOf(f.geometry), box));
  const commit = vi.fn((step: Step | null) => step && workspace.commit(step));
  const filter = new Signal(EVERYTHING);
  const view = { x: 500, y: 500, resolution: 1 };
  const classes = new Signal<readonly LabelClass[]>([]);
  const context = {
    kinds: new Kinds(classes),
    scene: { id: 1, extent: [0, 0, 1000, 1000], native_resolution: 1 },
    classes,
    mode,
    review: new Signal<Review | null>(null),
    queue: new Queueing(notice, () => undefined),
    saying: { clears: false },
    drawClass: new Signal("tree"),
    notice,
    map: {
      map: olMap,
      grid: new SceneGrid(GROUND),
      resolution: 1,
      view,
      follow: vi.fn(),
      frame: vi.fn(),
      ahead: vi.fn(),
      reveal: vi.fn(),
      zoomTo: vi.fn(),
    },
    bulk: { shown: true, counts: null, at: (at: Position) => unselected().filter((f) => covers(f, at)), within },
    edit,
    vertexEditor: { setActive: vi.fn(), abort: vi.fn(() => false), at: vi.fn(() => null), removableAt: () => null },
    selection,
    workspace,
    visit: new Visit({ proposed: features.length, accepted: 0, rejected: 0 }),
    nextScene: { finished: vi.fn(() => Promise.resolve()) },
    outlines: { reshape: vi.fn(), removeVertices: vi.fn() },
    pins: { isWriting: false, chooseAt: vi.fn(() => false), ask: vi.fn() },
    display: { measured: new Signal(null), position: [0, 0] as Position },
    snapper: { at: (position: Position) => ({ position }), edge: () => null },
    unfinished: new Unfinished("project", 1),
    isDrawing: false,
    busy: false,
    nameOf: (key: string) => key,
    inView: { found: new Signal<unknown>(null), decide: vi.fn(), takeBack: vi.fn() },
    decisions: {
      offer: new Signal<Offer | null>(null),
      confirm: (_: number, __: unknown, proceed: () => void) => proceed(),
    },
    filtering: {
      hidesProposals: false,
      closed: false,
      open: true,
      query: () => "",
      filter,
      change: (news: Partial<Filter>) => filter.set({ ...filter.value, ...news }),
      rest: vi.fn(),
    },
    colorOf: () => "#ffffff",
    isOpen: (uid: string) => workspace.labels.get(uid)?.state === "proposed",
    sight: {
      isOutOfSight: () => false,
      near: (box: Extent) => [...selection.features, ...within(box)],
      undrawn: null as string | null,
    },
    enter: vi.fn((name: ModeName) => mode.set(name)),
    select: (uid: string | null) => selection.set(uid === null ? [] : [workspace.labels.get(uid)!]),
    selectChanged: (step: Step | null) => step && selection.set(step.changes.map((c) => workspace.labels.get(c.uid)!)),
    commit,
    fetch: vi.fn((uid: string) => Promise.resolve(workspace.labels.get(uid)!)),
  };
  const known = context as unknown as DeskContext;
  const desk = Object.assign(known, { redrawing: new Redrawing(known) });
  return { desk: Object.assign(desk, { birth: new Birth(desk, () => 1.5) }), olMap, commit, edit, context };
}

function covers(feature: Feature, [x, y]: Position): boolean {
  return contains(extentOf(feature.geometry), [x!, y!, x!, y!]);
}

/** Press, drag through positions and release, on the interactions of a map that handle such events. */
export function drag(interaction: object, positions: readonly Position[], keys: Partial<PointerEvent> = {}): void {
  const handlers = interaction as Record<"handleDownEvent" | "handleDragEvent" | "handleUpEvent", Listener>;
  const event = (at: Position) => ({
    coordinate: [...at],
    pixel: [...at],
    dragging: true,
    originalEvent: { button: 0, ...keys },
  });
  if (!handlers.handleDownEvent(event(positions[0]!))) return;
  for (const at of positions.slice(1)) handlers.handleDragEvent(event(at));
  handlers.handleUpEvent(event(positions.at(-1)!));
}
