/** What a person says of the selected objects: unsure, a note, attributes. */

import { recall, remember } from "../browser/memory";
import type { Attributes, Feature, Said } from "../model/feature";
import { asked, missing } from "../model/labels/attributes";
import { changeOf, nextChange, saysChange } from "../model/labels/change_over_time";
import { fill, mark, say } from "../model/labels/change";
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

  /** Objects of one class whose attributes are being filled in; null while none are. */
  readonly filling = new Signal<readonly Feature[] | null>(null);

  /** `said` is called where the mark has changed, and with true where that decides. */
  constructor(
    private readonly desk: DeskContext,
    private readonly decisions: MayChange,
    private readonly said: (decided?: boolean) => void,
    private readonly project: { readonly confidence: boolean; readonly limits: { readonly note: number } },
  ) {}

  /** Characters of a note. */
  get longest(): number {
    return this.project.limits.note;
  }

  /** True if people are asked how sure they are. */
  get asksConfidence(): boolean {
    return this.project.confidence;
  }

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

  /** Say what became of the selected objects since the scene of `other`: new, gone, changed, and then nothing. */
  nextChange(other: { readonly key: string; readonly name: string } | null): void {
    const { selection, notice } = this.desk;
    const [first] = selection.features;
    if (!other) return notice.set(TEXTS.compare.none);
    if (!first) return notice.set(TEXTS.selection.none);
    if (!this.decisions.mayChange()) return;
    const word = nextChange(changeOf(first.attributes));
    const { features } = selection;
    this.decisions.confirm(features.length, TEXTS.changes.asked, () => {
      this.desk.commit(mark(features, saysChange(word, other.key), TEXTS.changes.step));
      notice.set(TEXTS.changes.said(features.length, word, other.name));
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

  /** Open the form of the attributes of the selected objects. */
  askAttributes(): void {
    const { desk } = this;
    const { selection, notice, classes } = desk;
    const [first] = selection.features;
    if (!first) return notice.set(TEXTS.selection.none);
    if (selection.features.some((f) => f.classKey !== first.classKey)) return notice.set(TEXTS.attributes.oneClass);
    if (!asked(classes.value, first.classKey).length && !this.asksConfidence) {
      return notice.set(TEXTS.attributes.none(desk.nameOf(first.classKey)));
    }
    if (this.decisions.mayChange()) this.filling.set(selection.features);
  }

  /** Save what was filled in for the objects that it was begun for; they are accepted, and a review goes on. */
  fill(values: Attributes, words: Partial<Said>): void {
    const { labels } = this.desk.workspace;
    const features = (this.filling.value ?? []).map((f) => labels.get(f.uid) ?? f).filter((f) => !f.deleted);
    this.filling.set(null);
    this.decisions.confirm(features.length, TEXTS.attributes.fills, () => {
      this.desk.commit(fill(features, values, words));
      this.said(true);
    });
  }

  /** The required attributes that an object lacks, by name. */
  lacks(feature: Feature): readonly string[] {
    return missing(feature, this.desk.classes.value).map(({ name }) => name);
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
