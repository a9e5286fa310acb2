/** What a person says of the selected objects: unsure, a note. */

import { recall, remember } from "../browser/memory";
import type { Feature, Said } from "../model/feature";
import { say } from "../model/labels/change";
import { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";
import type { Confirming, DeskContext } from "./context";

const SETTLES = "geoengine/decision-keeps-unsure";

/** Control characters and breaks, which a note of one line has none of. */
// eslint-disable-next-line no-control-regex
const BREAKS = /[\x00-\x1f\x7f\x85\u2028\u2029]+/g;

/** A text as one line. */
export function oneLine(text: string): string {
  return text.replace(BREAKS, " ").trim();
}

/** Characters as the server counts them. */
export const lengthOf = (text: string): number => [...text].length;

/** Leave to change what is selected, or a word that says why not. */
interface MayChange extends Confirming {
  mayChange(): boolean;
}

export class Saying {
  /** Objects whose note is being written; null while none is. */
  readonly noting = new Signal<readonly Feature[] | null>(null);
  /** True if a decision in the review of unsure objects takes their mark away. */
  readonly settles = new Signal(recall(SETTLES) === null);

  /** `said` is called where the mark has changed; `longest` is the length of a note in characters. */
  constructor(
    private readonly desk: DeskContext,
    private readonly decisions: MayChange,
    private readonly said: () => void,
    readonly longest: number,
  ) {}

  /** Mark the selected objects as unsure; where all are, take the mark away. */
  toggleUnsure(): void {
    const { desk } = this;
    if (desk.selection.empty) return desk.notice.set(TEXTS.selection.none);
    const { features } = desk.selection;
    const unsure = features.some((f) => !f.said.unsure);
    const label = unsure ? TEXTS.steps.unsure : TEXTS.steps.sure;
    this.#say(features, { unsure }, label, TEXTS.saying.marks(unsure), () => {
      desk.notice.set(TEXTS.saying.marked(features.length, unsure));
      this.said();
    });
  }

  /** Open the field for a note on the selected objects. */
  askNote(): void {
    const { selection, notice } = this.desk;
    if (selection.empty) notice.set(TEXTS.selection.none);
    else if (this.decisions.mayChange()) this.noting.set(selection.features);
  }

  /** Save what was written as the note of the objects that it was begun for; false where it is too long. */
  note(text: string): boolean {
    const note = oneLine(text);
    if (lengthOf(note) > this.longest) return false;
    const { labels } = this.desk.workspace;
    const features = (this.noting.value ?? []).map((f) => labels.get(f.uid) ?? f).filter((f) => !f.deleted);
    this.noting.set(null);
    const label = note ? TEXTS.steps.noted : TEXTS.steps.noteRemoved;
    this.decisions.confirm(features.length, TEXTS.saying.notes(note !== ""), () =>
      this.desk.commit(say(features, { note }, label)),
    );
    return true;
  }

  /** A decision in the review of unsure objects keeps their mark, or takes it away. */
  settle(settles: boolean): void {
    this.settles.set(settles);
    remember(SETTLES, settles ? null : "keeps");
  }

  /** True if a decision that is made now takes the mark away. */
  get clears(): boolean {
    return this.desk.review.value?.kind === "unsure" && this.settles.value;
  }

  #say(
    features: readonly Feature[],
    words: Partial<Said>,
    label: string,
    asked: (count: number) => string,
    done: () => void,
  ): void {
    if (!this.decisions.mayChange()) return;
    this.decisions.confirm(features.length, asked, () => {
      this.desk.commit(say(features, words, label));
      done();
    });
  }
}
