/** The page: the open scene, the outbox that outlives it, and the panels around the map. */

import type { Project, SceneSummary } from "./api";
import * as api from "./api";
import { Bookmarks } from "./desk/bookmarks";
import { ClassList } from "./desk/class_list";
import { Desk } from "./desk/desk";
import { Searcher } from "./desk/searcher";
import { recall, remember } from "./browser/memory";
import { Outbox } from "./model/labels/outbox";
import { LocalStore } from "./model/labels/local_store";
import { lastingStorage } from "./browser/storage";
import { Signal } from "./model/labels/signal";
import type { MapLocation, View } from "./model/view/view";
import { dayStart } from "./model/view/when";
import type { PageHash } from "./model/view/view";
import { formatHash, pageOf, parseHash, placeOf } from "./model/view/view";
import { allModes } from "./modes/all";
import { installProbe } from "./probe";
import { pageBar } from "./ui/bar";
import { answerQuestion, askName, confirmMany } from "./ui/dialogs";
import { offerContinue } from "./ui/continue";
import { fill, h } from "./browser/dom";
import type { FinderSource } from "./ui/finder";
import { openFinder } from "./ui/finder";
import { finderSource } from "./ui/finder_entries";
import { healthButton } from "./ui/health";
import { Home } from "./ui/home";
import { followJobs } from "./ui/job_news";
import { showHelp } from "./ui/help";
import { listenToKeys } from "./ui/keyboard";
import { makePage } from "./ui/pages";
import type { SidePage } from "./ui/side_page";
import { markingBadge, markingBanners } from "./ui/marking";
import { arrive, keepView, readdress } from "./ui/places";
import { furnish, scenePage } from "./ui/scene_page";
import { Settling } from "./ui/settling";
import { storageNotice } from "./ui/storage";
import { notices, readOnlyStatus, saveStatus } from "./ui/status";
import { toolbar } from "./ui/toolbar";
import { TEXTS } from "./texts";

const ANALYST = "geoengine/analyst";

export class App {
  readonly #store: LocalStore;
  readonly #outbox: Outbox;
  readonly #searcher: Searcher;
  readonly #notice = new Signal("");
  readonly #author: Signal<string>;
  readonly #classes: ClassList;
  readonly #settling: Settling;
  readonly #tools = h("div", { className: "tools" });
  readonly #title = h("span", { className: "title" });
  readonly #marking = h("span", {});
  readonly #body = h("div", { className: "body" });
  #desk: Desk | null = null;
  /** Scene that was opened last. */
  #last: number | null = null;
  /** Number of the last place that was asked for; what comes later for an earlier one is dropped. */
  #asked = 0;
  #bookmarks: Bookmarks | null = null;
  #side: { readonly hash: PageHash; readonly page: SidePage } | null = null;
  #homePage: Home | null = null;

  /** What is there on every page. */
  readonly #page = {
    home: () => void this.#home(false),
    page: (hash: PageHash) => this.#showPage(hash),
    rename: () => void askName(this.#author.value).then((name) => this.#sign(name)),
    help: () => void showHelp(this.#desk),
    find: () => this.#find(),
    open: (scene: number, place?: string) => void this.#openAt(scene, place),
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly project: Project,
  ) {
    const { storage, blocked } = lastingStorage();
    this.#store = new LocalStore(storage, project.uuid, project.name, blocked);
    this.#outbox = new Outbox(this.#store, api.sender(project.uuid));
    this.#searcher = new Searcher(project, storage, () => this.#author.value);
    this.#classes = new ClassList(project);
    this.#classes.follow();
    followJobs(this.#notice, () => ({ home: this.#homePage, desk: this.#desk }));
    this.#author = new Signal(recall(ANALYST) ?? project.author ?? "analyst");
    this.#layOut(project.marking);
    this.#settling = new Settling(project, this.#classes.signal, this.#outbox, () => this.#desk);
    window.addEventListener("online", () => this.#outbox.retry());
    window.addEventListener("hashchange", () => void this.#follow());
    listenToKeys(() => this.#desk, this.#page);
    installProbe(() => this.#desk, this.#outbox);
  }

  /** Open what the address names, else the only scene, else the list of scenes. */
  async start(): Promise<void> {
    if (pageOf(location.hash) || parseHash(location.hash)) await this.#follow();
    else await this.#home(true);
  }

  /** Go where the address says. */
  async #follow(): Promise<void> {
    const page = pageOf(location.hash);
    if (page) this.#showPage(page);
    else await this.#goTo(parseHash(location.hash));
  }

  #layOut(marking: string | null): void {
    const [top, bottom] = markingBanners(marking);
    const saving = saveStatus(this.#outbox, () => this.#settling.decideNext(true));
    const bar = pageBar(this.project.name, this.#author, this.#page, {
      open: [this.#title, this.#marking, this.#tools],
      status: [this.project.read_only && readOnlyStatus(), saving, healthButton()],
    });
    fill(this.root, top, bar, storageNotice(this.#store), this.#body, notices(this.#notice), bottom);
  }

  /** Ctrl+K: scenes are there when the server has told them. */
  #find(): void {
    const desk = this.#desk;
    const source = (scenes: readonly SceneSummary[]): FinderSource => finderSource(desk, this.#page, scenes);
    openFinder(source([]), api.scenes().then(source));
  }

  /** Open a scene, and go to a position in it where one is given. */
  async #openAt(scene: number, place?: string): Promise<void> {
    await this.#goTo({ scene, view: null });
    if (place !== undefined && this.#desk?.scene.id === scene) this.#notice.set(this.#desk.display.goTo(place));
  }

  #sign(name: string | null): void {
    if (!name) return;
    remember(ANALYST, name);
    this.#author.set(name);
  }

  /** `skip` goes straight into the scene where there is but one. */
  async #home(skip: boolean): Promise<void> {
    const turn = ++this.#asked;
    let scenes: readonly SceneSummary[];
    try {
      scenes = await api.scenes();
    } catch {
      if (turn === this.#asked) this.#notice.set(TEXTS.app.scenesFailed);
      return;
    }
    if (turn !== this.#asked) return;
    const only = scenes.length === 1 ? scenes[0] : undefined;
    if (!skip || !only) return this.#showHome(scenes);
    // Back leads out of the page, and not to a list that would lead here again.
    readdress(formatHash({ scene: only.id, view: null }));
    await this.#follow();
  }

  #showHome(scenes: readonly SceneSummary[]): void {
    this.#close();
    arrive("");
    document.title = `${this.project.name} – GeoEngine`;
    const open = (scene: number): void => void this.#continue(scene);
    this.#homePage = new Home(scenes, {
      open,
      last: this.#last,
      author: this.#author,
      pace: () => api.pace(dayStart(new Date())),
    });
    fill(this.#body, this.#homePage.element);
    this.#homePage.enter();
    void offerContinue(this.#homePage.element, scenes, this.#author.value, this.#last === null, open);
  }

  #showPage(hash: PageHash): void {
    this.#asked += 1;
    this.#close();
    arrive(hash);
    document.title = `${TEXTS.pages[hash][0]} – GeoEngine`;
    const page = makePage(hash, {
      say: (words) => this.#notice.set(words),
      project: this.project,
      author: () => this.#author.value,
      classes: this.#classes,
    });
    this.#side = { hash, page };
    fill(this.#body, page.element);
    page.focus();
  }

  /** Open a scene where it was left; a review goes on. */
  async #continue(scene: number): Promise<void> {
    await this.#goTo({ scene, view: null });
    if (this.#desk?.scene.id === scene) this.#bookmarks?.goOn();
  }

  /** Open the scene after `desk`; a review goes on there, unless a drawing does. */
  async #goOn(scene: number, desk: Desk): Promise<void> {
    const isReview = desk.mode.value === "review";
    const turn = this.#asked + 1;
    try {
      if (!(await this.#open(scene, null))) return;
    } catch (error) {
      if (turn === this.#asked) this.#notice.set(TEXTS.app.sceneFailed(scene, (error as Error).message));
      return;
    }
    if (isReview && this.#desk?.mode.value === "select") this.#desk.enter("review");
  }

  async #goTo(position: MapLocation | null): Promise<void> {
    if (!position) return this.#home(false);
    const { scene, view, feature } = position;
    const turn = this.#asked + 1;
    try {
      if (this.#desk?.scene.id !== scene) {
        if (!(await this.#open(scene, view))) return;
      } else {
        this.#asked = turn;
        if (view) this.#desk.map.view = view;
      }
    } catch (error) {
      if (turn === this.#asked) await this.#cannotOpen(scene, (error as Error).message);
      return;
    }
    if (feature && this.#desk) await this.#show(feature, this.#desk);
  }

  /** Stay where one is, or go home; the address is no longer that of a scene that cannot be opened. */
  async #cannotOpen(scene: number, why: string): Promise<void> {
    this.#notice.set(TEXTS.app.sceneFailed(scene, why));
    if (placeOf(location.hash) === formatHash({ scene, view: null })) {
      const open = this.#desk;
      readdress(open ? formatHash({ scene: open.scene.id, view: open.map.view }) : (this.#side?.hash ?? ""));
    }
    if (!this.#desk && !this.#side && !this.#homePage) await this.#home(false);
  }

  /** Select a feature of the open scene and go to it. */
  async #show(uid: string, desk: Desk): Promise<void> {
    // So that the same link leads here again.
    readdress(formatHash({ scene: desk.scene.id, view: null }));
    try {
      await desk.sight.goTo(uid);
    } catch (error) {
      this.#notice.set(TEXTS.app.featureFailed((error as Error).message));
    }
  }

  /** Open a scene; return false where another place was asked for meanwhile. */
  async #open(id: number, view: View | null): Promise<boolean> {
    const turn = ++this.#asked;
    const [scene, bookmark] = await Promise.all([api.scene(id), api.bookmark(id, this.#author.value)]);
    if (turn !== this.#asked) return false;
    this.#close();
    arrive(formatHash({ scene: id, view: null }));
    const page = scenePage(scene.name);
    fill(this.#body, page.stage, page.aside);
    const desk = new Desk(
      page.map,
      this.project,
      this.#classes.signal,
      scene,
      this.#outbox,
      this.#searcher,
      this.#notice,
      allModes,
    );
    [this.#desk, this.#last] = [desk, id];
    desk.history.question.watch((question) => question && void answerQuestion(question));
    desk.nextScene.wanted.watch((wanted) => wanted && void this.#goOn(wanted.scene, desk));
    desk.decisions.confirmation.watch((asked) => asked && void confirmMany(asked));
    document.title = `${scene.name} – GeoEngine`;
    fill(this.#title, h("h1", {}, scene.name));
    fill(this.#marking, scene.marking && markingBadge(scene.marking));
    fill(this.#tools, toolbar(desk));
    furnish(page, desk);
    if (scene.fill && !desk.notice.value) this.#notice.set(scene.fill);
    if (view) desk.map.view = view;
    this.#bookmarks = new Bookmarks(desk, this.project, () => this.#author.value);
    this.#bookmarks.restore(bookmark, view === null);
    desk.map.map.on("moveend", () => desk === this.#desk && keepView(desk));
    desk.focus();
    desk.panel.introduction.offer();
    return true;
  }

  #close(): void {
    this.#bookmarks?.close();
    this.#bookmarks = null;
    this.#desk?.close();
    this.#desk = null;
    this.#side?.page.close();
    this.#side = null;
    this.#homePage?.close();
    this.#homePage = null;
    document.title = "GeoEngine";
    fill(this.#title);
    fill(this.#marking);
    fill(this.#tools);
  }
}
