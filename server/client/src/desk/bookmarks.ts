/** Where this author is in a scene, kept on the server, so that the work goes on there another day or elsewhere. */

import * as api from "../api";
import type { Bookmark, BookmarkedFilter, Project } from "../api";
import type { Filter } from "../model/view/filter";
import { isOpen } from "../model/view/filter";
import { current } from "../model/view/review";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";

/** Pause after which a change is sent. */
const SETTLE_MS = 2000;

export class Bookmarks {
  /** True if a review was going on when the scene was left, and nothing else has been begun since. */
  #wasReviewing = false;
  readonly #stops: (() => void)[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(
    private readonly desk: DeskContext,
    private readonly project: Pick<Project, "uuid" | "read_only">,
    private readonly author: () => string,
  ) {
    const { queue, filtering, drawClass, review, mode, map } = desk;
    const soon = (): void => this.#soon();
    // What is watched calls at once, with what has not changed.
    this.#stops.push(
      ...[queue.order, queue.skipped, filtering.filter, drawClass, review, mode].map((signal) =>
        (signal as { watch(call: () => void): () => void }).watch(soon),
      ),
    );
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stops.push(mode.watch((now) => now !== "select" && (this.#wasReviewing = false)));
    map.map.on("moveend", soon);
    window.addEventListener("pagehide", this.#leave);
    document.addEventListener("visibilitychange", this.#hidden);
  }

  /** Put the desk to where the scene was left; the view too, unless a link says which. */
  restore(bookmark: Bookmark | null, withView: boolean): void {
    if (!bookmark) return;
    const { desk } = this;
    const { order, skipped, feature, draw_class: drawClass, view, reviewing } = bookmark;
    const known = new Set(desk.classes.value.map(({ key }) => key));
    desk.queue.order.set(order);
    desk.queue.skipped.set(skipped);
    desk.queue.at = feature;
    this.#wasReviewing = reviewing;
    if (drawClass !== null && known.has(drawClass) && !desk.unfinished.drawing) desk.drawClass.set(drawClass);
    const filter = fromWire(bookmark.filter, known);
    if (!isOpen(filter)) {
      desk.filtering.change(filter);
      desk.filtering.rest();
      // What is hidden must not be taken for what is not there.
      desk.notice.set(TEXTS.bookmark.filtered);
    }
    if (view && withView) desk.map.view = view;
  }

  /** Go on with the review that was going on when the scene was left, unless a drawing goes on. */
  goOn(): void {
    if (this.#wasReviewing && this.desk.mode.value === "select") this.desk.enter("review");
  }

  /** Send what has changed, and watch no more. */
  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
    window.removeEventListener("pagehide", this.#leave);
    document.removeEventListener("visibilitychange", this.#hidden);
    this.#leave();
    this.#closed = true;
  }

  readonly #hidden = (): void => {
    if (document.hidden) this.#leave();
  };

  readonly #leave = (): void => {
    if (this.#timer !== undefined) this.#send();
  };

  #soon(): void {
    // Nothing is kept of a project that cannot be written.
    if (this.project.read_only || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), SETTLE_MS);
  }

  /** Send where the work is; what fails is sent with the next change, and hinders nothing. */
  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const signed = { project: this.project.uuid, author: this.author() };
    api.putBookmark(this.desk.scene.id, { ...this.#now(), ...signed });
  }

  #now(): Bookmark {
    const { queue, filtering, drawClass, review, mode, map, selection } = this.desk;
    const item = review.value && current(review.value);
    return {
      order: queue.order.value,
      // Whoever only looks at a scene again has not ended the review. That of what is unsure begins by its own key.
      reviewing: (mode.value === "review" && queue.kind.value === "proposals") || this.#wasReviewing,
      filter: toWire(filtering.filter.value),
      draw_class: drawClass.value || null,
      view: map.view,
      feature: item?.uid ?? queue.at ?? selection.single?.uid ?? null,
      skipped: queue.skipped.value.filter((uid) => this.desk.isOpen(uid)),
    };
  }
}

function toWire(filter: Filter): BookmarkedFilter {
  const { hiddenClasses, hiddenStates, minScore, maxScore, ...rest } = filter;
  return {
    hidden_classes: [...hiddenClasses],
    hidden_states: [...hiddenStates],
    min_score: minScore,
    max_score: maxScore,
    ...rest,
  };
}

/** The filter that was kept, without classes that the project no longer has. */
function fromWire(kept: BookmarkedFilter, known: ReadonlySet<string>): Filter {
  const { hidden_classes: classes, hidden_states: states, min_score: minScore, max_score: maxScore, ...rest } = kept;
  return {
    hiddenClasses: new Set(classes.filter((key) => known.has(key))),
    hiddenStates: new Set(states),
    ...{ minScore, maxScore, ...rest },
    incomplete: kept.incomplete ?? null,
    attribute: kept.attribute ?? null,
  };
}
