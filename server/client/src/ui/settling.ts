/** Asking the analyst about edits that did not go through, one after the other, and doing what was answered. */

import type { LabelClass, Project } from "../api";
import * as api from "../api";
import type { Desk } from "../desk/desk";
import { fieldsOf, withClasses } from "../model/labels/edit";
import type { Feature } from "../model/feature";
import type { Outbox, Problem } from "../model/labels/outbox";
import type { Signal } from "../model/labels/signal";
import type { Decision } from "./dialogs";
import { askClass, askDecision } from "./dialogs";

/** Between looks whether a gesture is over that a dialog waits for. */
const WAIT_MS = 250;

export class Settling {
  #deciding = false;
  /** Classes that are gone from the project, and what is to be saved in their place. */
  readonly #instead = new Map<string, string>();

  /** `desk` returns the scene that is open at the moment. */
  constructor(
    private readonly project: Project,
    private readonly classes: Signal<readonly LabelClass[]>,
    private readonly outbox: Outbox,
    private readonly desk: () => Desk | null,
  ) {
    outbox.problems.watch(() => this.decideNext());
  }

  /** Ask about the first problem; `asked`: by the button in the bar, which opens the dialog at once. */
  decideNext(asked = false): void {
    const next = this.outbox.problems.value[0];
    if (next) void this.#decide(next, asked);
  }

  /** Ask the analyst about edits that did not go through, one after the other. */
  async #decide(problem: Problem, asked: boolean): Promise<void> {
    if (this.#deciding) return;
    // A dialog waits for the end of a gesture or a drawing; the button in the bar opens it at once.
    if (!asked && this.desk()?.busy) return void setTimeout(() => this.decideNext(), WAIT_MS);
    this.#deciding = true;
    const { choice, desk } = await this.#settle(problem).finally(() => (this.#deciding = false));
    if (this.outbox.problems.value.length && choice !== "later") this.decideNext();
    else desk?.resume();
  }

  async #settle(problem: Problem): Promise<{ choice: Decision["choice"]; desk: Desk | null }> {
    const gone = problem.reason === "unknown-class" ? await this.#gone(problem) : [];
    const { choice, classKey } = this.#isAnswered(gone) ? { choice: "mine" as const } : await this.#ask(problem, gone);
    // Which may have been opened meanwhile.
    const desk = this.#deskOf(problem);
    if (choice === "mine" && classKey !== undefined) for (const key of gone) this.#instead.set(key, classKey);
    if (choice === "mine") this.outbox.keepMine(problem, (edit) => withClasses(edit, this.#instead));
    if (choice === "theirs") await this.#takeTheirs(problem, desk);
    return { choice, desk };
  }

  /** The open scene where a problem is of it. */
  #deskOf({ entry }: Problem): Desk | null {
    const desk = this.desk();
    return desk?.scene.id === entry.sceneId ? desk : null;
  }

  /** The classes of an entry that the project no longer has; those of now are shown from now on. */
  async #gone({ entry }: Problem): Promise<string[]> {
    this.classes.set(await api.classes().catch(() => this.classes.value));
    const used = new Set(entry.edits.flatMap(({ edit }) => fieldsOf(edit).class ?? []));
    return [...used].filter((key) => !this.classes.value.some((c) => c.key === key));
  }

  /** Return whether it has been asked before what is to stand for the classes that are gone. */
  #isAnswered(gone: readonly string[]): boolean {
    return gone.length > 0 && gone.every((key) => this.classes.value.some((c) => c.key === this.#instead.get(key)));
  }

  /** Show what a problem is about, and asks. */
  async #ask(problem: Problem, gone: readonly string[]): Promise<Decision> {
    const { value: classes } = this.classes;
    const { theirs, entry } = problem;
    const desk = this.#deskOf(problem);
    desk?.edit.showConflicts(theirs);
    desk?.sight.bring((theirs[0] ?? entry.edits[0]!.edit).uid);
    const names = gone.map((key) => this.project.classes.find((c) => c.key === key)?.name ?? key);
    const asked =
      names.length && classes.length ? askClass(entry, names, classes) : askDecision(problem, this.project.classes);
    return asked.finally(() => desk?.edit.showConflicts([]));
  }

  async #takeTheirs(problem: Problem, desk: Desk | null): Promise<void> {
    if (!desk) return void this.outbox.discard(problem);
    const told = new Map(problem.theirs.map((f) => [f.uid, f]));
    // What stands in the way came with the answer; of the rest of the step the server's version is asked for.
    const asked = [...this.outbox.blockedBy(problem)].map(
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
