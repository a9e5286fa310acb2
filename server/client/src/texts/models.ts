/** Texts of the page of models. */

import { n } from "./numbers";

export const MODELS_TEXTS = {
  models: {
    heading: "Models",
    intro:
      "The models that can propose objects here, what their cards say of them, and what people made of their proposals.",
    failed: (why: string) => `The models could not be fetched: ${why}`,
    none: "No model is installed.",
    install: "geoengine models install FILE",
    broken: (why: string) => `Left out: ${why}`,
    own: "of this project",
    hides: "stands in for the shipped one",
    facts: {
      classes: "Classes",
      resolution: "Resolution",
      licence: "Licence",
      sources: "Learnt from",
      started: "Started from",
      notes: "Notes",
    },
    class: (key: string, kind: string, score: number, partner: string | null) =>
      `${key} (${kind}, from score ${score}${partner === null ? ", no class of this project" : partner === key ? "" : `, proposed as ${partner}`})`,
    figures: "On held-out data",
    figureColumns: ["Class", "Overlap", "Objects", "Precision", "Recall", "F1"],
    beforeColumn: "F1 before",
    overlap: (iou: number) => `IoU ${iou}`,
    objects: (count: number, images: number | null) =>
      images === null ? n(count) : `${n(count)} on ${n(images)} images`,
    share: (value: number, low: number, high: number) =>
      `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    intervals:
      "In brackets the 95 % interval, as if objects were independent; those of one image are alike, so the true one is wider.",
    card: "Card",
    here: "In this project",
    hereColumns: ["Class", "Accepted unchanged", "Corrected", "Rejected", "Undecided", "Right"],
    hereNone: "It has proposed nothing here, or nothing that was not replaced since.",
    right: "Right: accepted of the decided, with its interval.",
    version: (key: string, reference: string) => `${key}, by ${reference}`,
    gone: "Models that are not installed any more",
  },
} as const;
