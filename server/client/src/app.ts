/** The page: the open scene, the outbox that outlives it, and the panels around the map. */

import type { LabelClass, Project, SceneSummary } from "./api";
import * as api from "./api";
import { Desk } from "./desk/desk";
import type { Question } from "./desk/history";
import { recall, remember } from "./browser/memory";
import { Outbox } from "./model/labels/outbox";
import { SeenOutbox } from "./model/labels/seen_outbox";
import { LocalStore } from "./model/labels/local_store";
import { lastingStorage } from "./browser/storage";
import { Signal } from "./model/labels/signal";
import type { MapLocation, View } from "./model/view/view";
import { formatHash, JOBS_HASH, parseHash } from "./model/view/view";
import { allModes } from "./modes/all";
import { installProbe } from "./probe";
import { comparePanel } from "./ui/compare";
import { askName, askOverwrite, confirmMany, showHelp } from "./ui/dialogs";
import { fill, h, keyCap } from "./browser/dom";
import { filterPanel } from "./ui/filter";
import { healthButton } from "./ui/health";
import { JobsPage } from "./ui/jobs";
import { listenToKeys } from "./ui/keyboard";
import { classLegend } from "./ui/legend";
import { markingBadge, markingBanners } from "./ui/marking";
import { reviewPanel } from "./ui/panel";
import { rail } from "./ui/rail";
import { searchPanel } from "./ui/search_panel";
import { sceneList } from "./ui/scenes";
import { Settling } from "./ui/settling";
import { shapeMenu } from "./ui/shape_menu";
import { storageNotice } from "./ui/storage";
import { stageParts } from "./ui/stage";
import { notices, readOnlyStatus, saveStatus } from "./ui/status";
import { toolbar } from "./ui/toolbar";
import { TEXTS } from "./texts";

const ANALYST = "geoengine/analyst";

export class App {
  readonly #store: LocalStore;
  readonly #outbox: Outbox;
  readonly #seen: SeenOutbox;
  readonly #notice = new Signal("");
  readonly #author: Signal<string>;
  readonly #classes: Signal<readonly LabelClass[]>;
  readonly #settling: Settling;
  readonly #tools = h("div", { className: "tools" });
  readonly #title = h("span", { className: "title" });
  readonly #marking = h("span", {});
  readonly #body = h("div", { className: "body" });
  #desk: Desk | null = null;
  #jobs: JobsPage | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly project: Project,
  ) {
    const { storage, blocked } = lastingStorage();
    this.#store = new LocalStore(storage, project.uuid, project.name, blocked);
    this.#outbox = new Outbox(this.#store, api.sender(project.uuid));
    this.#seen = new SeenOutbox(storage, project.uuid, api.seenSender(project.uuid));
    this.#classes = new Signal(project.classes);
    this.#author = new Signal(recall(ANALYST) ?? project.author ?? "analyst");
    this.#layOut(project.marking);
    this.#settling = new Settling(project, this.#classes, this.#outbox, () => this.#desk);
    window.addEventListener("online", () => (this.#outbox.retry(), void this.#seen.flush()));
    window.addEventListener("hashchange", () => void this.#follow());
    listenToKeys(
      () => this.#desk,
      () => void showHelp(),
    );
    installProbe(() => this.#desk, this.#outbox);
  }

  /** Open what the address names, else the only scene, else the list of scenes. */
  async start(): Promise<void> {
    if (location.hash === JOBS_HASH || parseHash(location.hash)) await this.#follow();
    else await this.#home(true);
  }

  /** Go where the address says. */
  async #follow(): Promise<void> {
    if (location.hash === JOBS_HASH) this.#showJobs();
    else await this.#goTo(parseHash(location.hash));
  }

  #layOut(marking: string | null): void {
    const [top, bottom] = markingBanners(marking);
    const analyst = h("button", {
      type: "button",
      className: "analyst",
      title: TEXTS.app.changeName,
    });
    this.#author.watch((name) => fill(analyst, name));
    analyst.addEventListener("click", () => void askName(this.#author.value).then((name) => this.#sign(name)));
    const home = h(
      "button",
      { type: "button", className: "home", title: TEXTS.app.allScenes, onclick: () => void this.#home(false) },
      this.project.name,
    );
    const help = h(
      "button",
      { type: "button", title: TEXTS.app.keys, onclick: () => void showHelp() },
      TEXTS.app.help,
      keyCap("?"),
    );
    const jobs = h(
      "button",
      { type: "button", className: "to-jobs", title: TEXTS.app.jobsHint, onclick: () => this.#showJobs() },
      TEXTS.app.jobs,
    );
    const decide = (): void => this.#settling.decideNext(true);
    const saving = saveStatus(this.#outbox, decide);
    const readOnly = this.project.read_only && readOnlyStatus();
    const bar = h(
      "header",
      { className: "bar" },
      home,
      this.#title,
      this.#marking,
      this.#tools,
      h("div", { className: "right" }, readOnly, saving, healthButton(), jobs, analyst, help),
    );
    fill(this.root, top, bar, storageNotice(this.#store), this.#body, notices(this.#notice), bottom);
  }

  #sign(name: string | null): void {
    if (!name) return;
    remember(ANALYST, name);
    this.#author.set(name);
  }

  /** `skip` goes straight into the scene where there is but one. */
  async #home(skip: boolean): Promise<void> {
    try {
      const scenes = await api.scenes();
      const only = scenes.length === 1 ? scenes[0] : undefined;
      if (skip && only) return await this.#goTo({ scene: only.id, view: null });
      history.replaceState(null, "", location.pathname);
      this.#list(scenes);
    } catch {
      this.#notice.set(TEXTS.app.scenesFailed);
    }
  }

  #list(scenes: readonly SceneSummary[]): void {
    const last = this.#desk?.scene.id ?? null;
    this.#close();
    fill(
      this.#body,
      sceneList(scenes, (scene) => void this.#goTo({ scene, view: null }), last),
    );
  }

  #showJobs(): void {
    this.#close();
    history.replaceState(null, "", JOBS_HASH);
    document.title = `${TEXTS.app.jobs} – GeoEngine`;
    this.#jobs = new JobsPage((words) => this.#notice.set(words));
    fill(this.#body, this.#jobs.element);
    this.#jobs.focus();
  }

  /** Open the scene after `desk`; a review goes on there, unless a drawing does. */
  async #goOn(scene: number, desk: Desk): Promise<void> {
    const isReview = desk.mode.value === "review";
    try {
      await this.#open(scene, null);
    } catch (error) {
      return this.#notice.set(TEXTS.app.sceneFailed(scene, (error as Error).message));
    }
    if (isReview && this.#desk?.mode.value === "select") this.#desk.enter("review");
  }

  async #goTo(position: MapLocation | null): Promise<void> {
    if (!position) return this.#home(false);
    const { scene, view, feature } = position;
    try {
      if (this.#desk?.scene.id !== scene) await this.#open(scene, view);
      else if (view) this.#desk.map.view = view;
    } catch (error) {
      this.#notice.set(TEXTS.app.sceneFailed(scene, (error as Error).message));
      if (!this.#desk) await this.#home(false);
      return;
    }
    if (feature && this.#desk) await this.#show(feature, this.#desk);
  }

  /** Select a feature of the open scene and go to it. */
  async #show(uid: string, desk: Desk): Promise<void> {
    // So that the same link leads here again.
    history.replaceState(null, "", formatHash({ scene: desk.scene.id, view: null }));
    try {
      await desk.sight.goTo(uid);
    } catch (error) {
      this.#notice.set(TEXTS.app.featureFailed((error as Error).message));
    }
  }

  async #open(id: number, view: View | null): Promise<void> {
    const scene = await api.scene(id);
    this.#close();
    const target = h("div", {
      className: "map",
      tabindex: "0",
      role: "application",
      "aria-label": TEXTS.app.map(scene.name),
    });
    const aside = h("aside", { className: "panel", "aria-label": TEXTS.app.review });
    const stage = h("main", { className: "stage" }, target);
    fill(this.#body, stage, aside);
    const desk = new Desk(
      target,
      this.project,
      this.#classes,
      scene,
      this.#outbox,
      { outbox: this.#seen, author: () => this.#author.value, readOnly: this.project.read_only },
      this.#notice,
      allModes,
    );
    this.#desk = desk;
    desk.history.question.watch((question) => question && void this.#answer(question));
    desk.nextScene.wanted.watch((wanted) => wanted && void this.#goOn(wanted.scene, desk));
    desk.decisions.confirmation.watch((asked) => asked && void confirmMany(asked));
    document.title = `${scene.name} – GeoEngine`;
    fill(this.#title, scene.name);
    fill(this.#marking, scene.marking && markingBadge(scene.marking));
    fill(this.#tools, toolbar(desk));
    fill(aside, reviewPanel(desk), searchPanel(desk), classLegend(desk), filterPanel(desk), comparePanel(desk));
    stage.before(rail(desk));
    if (scene.changed) stage.append(h("div", { className: "scene-changed", role: "alert" }, scene.changed));
    target.append(...stageParts(desk));
    target.after(shapeMenu(desk));
    if (view) desk.map.view = view;
    desk.map.map.on("moveend", () => history.replaceState(null, "", formatHash({ scene: id, view: desk.map.view })));
    desk.focus();
  }

  async #answer(question: Question): Promise<void> {
    const overwrite = await askOverwrite(question.other);
    if (overwrite) question.proceed();
    else question.leave();
  }

  #close(): void {
    this.#desk?.close();
    this.#desk = null;
    this.#jobs?.close();
    this.#jobs = null;
    document.title = "GeoEngine";
    fill(this.#title);
    fill(this.#marking);
    fill(this.#tools);
  }
}
