/** The project's classes as this page knows them; changes that others make are taken over. */

import type { LabelClass, Project } from "../api";
import { Poller } from "../browser/poller";
import * as managing from "../managing";
import { backoff } from "../model/labels/backoff";
import { Signal } from "../model/labels/signal";

const PAUSE_MS = 10_000;

/** The part of the server's list that tells one state of it from another. */
interface Listed {
  readonly version: string;
  readonly classes: readonly LabelClass[];
}

export class ClassList {
  readonly signal: Signal<readonly LabelClass[]>;
  #version: string;
  /** Counts what was taken, so that an answer on its way does not bring back what was before. */
  #turn = 0;
  #failures = 0;

  constructor({ classes, classes_version: version }: Pick<Project, "classes" | "classes_version">) {
    this.signal = new Signal(classes);
    this.#version = version;
  }

  /** Ask for the list again and again while the page is in sight. */
  follow(): Poller {
    return new Poller(async () => {
      const turn = this.#turn;
      try {
        const listed = await managing.classes(false);
        this.#failures = 0;
        if (turn === this.#turn) this.take(listed);
        return PAUSE_MS;
      } catch {
        return Math.max(PAUSE_MS, backoff(++this.#failures));
      }
    });
  }

  /** Take the list that the server has answered with. */
  take({ version, classes }: Listed): void {
    this.#turn += 1;
    if (version === this.#version) return;
    this.#version = version;
    this.signal.set(classes);
  }
}
