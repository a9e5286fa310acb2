/** Texts of the pages that ask for work: pre-labelling and fine-tuning. */

import { n } from "./numbers";

const scenes = (count: number): string => (count === 1 ? "1 scene" : `${n(count)} scenes`);
const metres = (value: number): string => `${Number(value.toPrecision(3))} m`;

export const WORK_TEXTS = {
  work: {
    scenes: "Scenes",
    all: (count: number) => `All ${n(count)}`,
    bare: (count: number) => `Never pre-labelled: ${n(count)}`,
    some: "Only these",
    find: "Find scenes",
    chosen: (count: number) => `${n(count)} chosen`,
    noneChosen: "No scene is chosen: choose one, or all.",
    noScenes: "The project has no scenes yet.",
    model: "Model",
    noModels: "No model is installed.",
    broken: (why: string) => `Left out: ${why}`,
    resolution: (at: number, [low, high]: readonly [number, number]) =>
      `Reads scenes at ${metres(at)}; for scenes of ${metres(low)} to ${metres(high)}.`,
    licence: (licence: string) => `Licence: ${licence || "not said"}.`,
    research: "Research use only.",
    classes: "Classes",
    looking: "Counting …",
    outlook: "What it will do",
    readOnly: "The project is read-only: nothing can be queued here.",
    refused: (why: string) => `Not queued: ${why}`,
    notFetched: (why: string) => `Scenes and models could not be fetched: ${why}`,
    toJobs: "Progress and cancel",
    more: (count: number) => `and ${n(count)} more like these.`,
    time: (words: string) => `about ${words} at the speed of the last runs here`,
    noTime: "how long it takes is known after the first run here",
  },
  prelabel: {
    heading: "Pre-label",
    intro:
      "A model proposes objects on scenes. What people drew or decided stays; what the model proposed before, and nobody has reviewed, is replaced.",
    these: (count: number) => `Pre-label ${count === 1 ? "this scene" : `these ${n(count)}`} …`,
    one: ["Pre-label this scene", "Let a model propose objects on the open scene"] as const,
    link: "Pre-label",
    proposedAs: (key: string) => `${key} is proposed as`,
    geometry: { polygon: "outlines", box: "boxes" },
    skip: "not proposed",
    newClass: (key: string) => `${key} (new class)`,
    noneProposed: "No class is proposed: choose one for at least one class of the model.",
    minScore: "Lowest score",
    ownScores: (scores: string) => `empty: each class's own, ${scores}`,
    badScore: (text: string) => `The lowest score is ${text}, expected a number from 0 to 1.`,
    megapixels: (count: number, mpx: number, at: number) =>
      `${scenes(count)}, ${mpx < 10 ? mpx.toFixed(1) : n(Math.round(mpx))} megapixels at ${metres(at)}`,
    again: (count: number) =>
      `${count === 1 ? "One of them was" : `${n(count)} of them were`} pre-labelled with this model before.`,
    nevertheless: "Work on them nevertheless",
    button: (count: number) => `Pre-label ${scenes(count)}`,
    queued: (count: number) => `${scenes(count)} queued.`,
    notShown: "New proposals of this scene could not be fetched: reload the page to see them.",
    ended: (model: string) => `${model} has looked at this scene: its proposals are shown.`,
  },
  finetune: {
    heading: "Fine-tune",
    intro:
      "A model learns from what was reviewed here. It is measured before and after on labels that are held out, and published under a new name only if it became better.",
    columns: ["Class", "Accepted", "To learn from", "Held out", ""],
    needs: (learn: number, apart: number) =>
      `A class needs ${learn} to learn from and ${apart} held out, on ground where no proposal waits.`,
    enough: "enough",
    tooFew: "too few",
    steps: "Steps",
    stepsHint: "empty: 200, of one to two seconds each on two CPU cores",
    badSteps: (text: string) => `Steps are ${text}, expected a whole number from 1 to 100,000.`,
    noneChosen: "No class is chosen: choose at least one.",
    button: "Fine-tune",
    queued: (job: number) => `Job ${job} is queued.`,
    learns: (count: number) => `Labels of ${scenes(count)}`,
    better: (model: string) => `${model} is published`,
    notBetter: "not better, so nothing was published",
    forgotten: (keys: string) => `it does not find ${keys}, as its parent does`,
    f1: (before: number, after: number) => `F1 ${before.toFixed(3)} before, ${after.toFixed(3)} after`,
    change: (key: string, before: number, after: number, held: number) =>
      `${key}: F1 ${before.toFixed(3)} → ${after.toFixed(3)} on ${n(held)} held-out labels`,
  },
} as const;
