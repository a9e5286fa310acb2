/** The page: the open scene, the outbox that outlives it, and the panels around the map. */

import type { LabelClass, Project, SceneSummary } from "./api";
import * as api from "./api";
import type { Question } from "./desk/desk";
import { Desk } from "./desk/desk";
import { recall, remember } from "./browser/memory";
import { fieldsOf, withClasses } from "./model/labels/edit";
import type { Feature } from "./model/feature";
import type { Problem } from "./model/labels/outbox";
import { Outbox } from "./model/labels/outbox";
import { LocalStore } from "./model/labels/local_store";
import { lastingStorage } from "./browser/storage";
import { Signal } from "./model/labels/signal";
import type { MapLocation, View } from "./model/view/view";
import { formatHash, JOBS_HASH, parseHash } from "./model/view/view";
import { allModes } from "./modes/all";
import { installProbe } from "./probe";
import { comparePanel } from "./ui/compare";
import type { Decision } from "./ui/dialogs";
import { askClass, askDecision, askName, askOverwrite, confirmMany, showHelp } from "./ui/dialogs";
import { fill, h, keyCap } from "./browser/dom";
import { filterPanel } from "./ui/filter";
import { healthButton } from "./ui/health";
import { JobsPage } from "./ui/jobs";
import { listenToKeys } from "./ui/keyboard";
import { classLegend } from "./ui/legend";
import { markingBadge, markingBanners } from "./ui/marking";
import { reviewPanel } from "./ui/panel";
import { rail } from "./ui/rail";
import { sceneList } from "./ui/scenes";
import { shapeMenu } from "./ui/shape_menu";
import { storageNotice } from "./ui/storage";
import { stageParts } from "./ui/stage";
import { notices, readOnlyStatus, saveStatus } from "./ui/status";
import { toolbar } from "./ui/toolbar";
import { TEXTS } from "./texts";

/** Between looks whether a gesture is over that a dialog waits for. */
const WAIT_MS = 250;
const ANALYST = "geoengine/analyst";

export class App {
  readonly #store: LocalStore;
  readonly #outbox: Outbox;
  readonly #notice = new Signal("");
  readonly #author: Signal<string>;
  readonly #classes: Signal<readonly LabelClass[]>;
  readonly #tools = h("div", { className: "tools" });
  readonly #title = h("span", { className: "title" });
  readonly #marking = h("span", {});
  readonly #body = h("div", { className: "body" });
  #desk: Desk | null = null;
  #jobs: JobsPage | null = null;
  #deciding = false;
  /** Classes that are gone from the project, and what is to be saved in their place. */
  readonly #instead = new Map<string, string>();

  constructor(
    private readonly root: HTMLElement,
    private readonly project: Project,
  ) {
    const { storage, blocked } = lastingStorage();
    this.#store = new LocalStore(storage, project.uuid, project.name, blocked);
    this.#outbox = new Outbox(this.#store, api.sender(project.uuid));
    this.#classes = new Signal(project.classes);
    this.#author = new Signal(recall(ANALYST) ?? project.author ?? "analyst");
    this.#layOut(project.marking);
    this.#outbox.problems.watch((problems) => problems.length && void this.#decide(problems[0]!));
    window.addEventListener("online", () => this.#outbox.retry());
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
    const decide = (): void => void this.#decide(this.#outbox.problems.value[0]!, true);
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
      await desk.goTo(uid);
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
      () => this.#author.value,
      this.#notice,
      allModes,
    );
    this.#desk = desk;
    desk.question.watch((question) => question && void this.#answer(question));
    desk.decisions.confirmation.watch((asked) => asked && void confirmMany(asked));
    document.title = `${scene.name} – GeoEngine`;
    fill(this.#title, scene.name);
    fill(this.#marking, scene.marking && markingBadge(scene.marking));
    fill(this.#tools, toolbar(desk));
    fill(aside, reviewPanel(desk), classLegend(desk), filterPanel(desk), comparePanel(desk));
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

  #decideNext(): void {
    const next = this.#outbox.problems.value[0];
    if (next) void this.#decide(next);
  }

  /** Ask the analyst about edits that did not go through, one after the other. */
  async #decide(problem: Problem, asked = false): Promise<void> {
    if (this.#deciding) return;
    // A dialog waits for the end of a gesture or a drawing; the button in the bar opens it at once.
    if (!asked && this.#desk?.busy) return void setTimeout(() => this.#decideNext(), WAIT_MS);
    this.#deciding = true;
    const { choice, desk } = await this.#settle(problem).finally(() => (this.#deciding = false));
    const next = this.#outbox.problems.value[0];
    if (next && choice !== "later") void this.#decide(next);
    else desk?.resume();
  }

  async #settle(problem: Problem): Promise<{ choice: Decision["choice"]; desk: Desk | null }> {
    const gone = problem.reason === "unknown-class" ? await this.#gone(problem) : [];
    const { choice, classKey } = this.#isAnswered(gone) ? { choice: "mine" as const } : await this.#ask(problem, gone);
    // Which may have been opened meanwhile.
    const desk = this.#deskOf(problem);
    if (choice === "mine" && classKey !== undefined) for (const key of gone) this.#instead.set(key, classKey);
    if (choice === "mine") this.#outbox.keepMine(problem, (edit) => withClasses(edit, this.#instead));
    if (choice === "theirs") await this.#takeTheirs(problem, desk);
    return { choice, desk };
  }

  /** The open scene where a problem is of it. */
  #deskOf({ entry }: Problem): Desk | null {
    return this.#desk?.scene.id === entry.sceneId ? this.#desk : null;
  }

  /** The classes of an entry that the project no longer has; those of now are shown from now on. */
  async #gone({ entry }: Problem): Promise<string[]> {
    this.#classes.set(await api.classes().catch(() => this.#classes.value));
    const used = new Set(entry.edits.flatMap(({ edit }) => fieldsOf(edit).class ?? []));
    return [...used].filter((key) => !this.#classes.value.some((c) => c.key === key));
  }

  /** Return whether it has been asked before what is to stand for the classes that are gone. */
  #isAnswered(gone: readonly string[]): boolean {
    return gone.length > 0 && gone.every((key) => this.#classes.value.some((c) => c.key === this.#instead.get(key)));
  }

  /** Show what a problem is about, and asks. */
  async #ask(problem: Problem, gone: readonly string[]): Promise<Decision> {
    const { value: classes } = this.#classes;
    const { theirs, entry } = problem;
    const desk = this.#deskOf(problem);
    desk?.edit.showConflicts(theirs);
    desk?.bring((theirs[0] ?? entry.edits[0]!.edit).uid);
    const names = gone.map((key) => this.project.classes.find((c) => c.key === key)?.name ?? key);
    const asked =
      names.length && classes.length ? askClass(entry, names, classes) : askDecision(problem, this.project.classes);
    return asked.finally(() => desk?.edit.showConflicts([]));
  }

  async #takeTheirs(problem: Problem, desk: Desk | null): Promise<void> {
    if (!desk) return void this.#outbox.discard(problem);
    const told = new Map(problem.theirs.map((f) => [f.uid, f]));
    // What stands in the way came with the answer; of the rest of the step the server's version is asked for.
    const asked = [...this.#outbox.blockedBy(problem)].map(
      async (uid) => told.get(uid) ?? (await this.#serversVersion(uid, desk)),
    );
    const theirs = (await Promise.all(asked)).filter((f) => f !== undefined);
    desk.workspace.takeTheirs(problem, theirs);
  }

  /** A feature as the server has it; one that it never took is gone. */
  async #serversVersion(uid: string, desk: Desk): Promise<Feature | undefined> {
    const known = desk.workspace.labels.get(uid);
    return api.feature(uid).catch(() => known && { ...known, deleted: true });
  }
}
