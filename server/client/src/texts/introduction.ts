/** The five cards of the first visit; what stands between backticks is a key. */

export const INTRODUCTION_TEXTS = {
  introduction: {
    label: "Introduction",
    at: (index: number, count: number) => `Card ${index + 1} of ${count}`,
    back: "Back",
    next: "Next",
    begin: "Begin",
    close: "Close",
    cards: [
      [
        "What this is",
        "What a model takes for objects is outlined, dashed. You say which of them are right, mend them, and draw what is missing. No machine ever changes what a person has decided.",
      ],
      [
        "Decide with A and R",
        "`Q` starts the review at the surest proposal. `A` accepts it, `R` rejects it, and the next one comes by itself. `Ctrl+Z` takes back any step.",
      ],
      [
        "Fix an outline",
        "Click an object and drag its vertices, or an edge to add one. `Shift+D` draws the outline anew; `E` lists all that can be done, such as squaring a roof.",
      ],
      [
        "Draw what was missed",
        "`W` and a click outline an object for you, `D` draws it vertex by vertex, a digit says its class. `F3` leads over all the ground, so that nothing stays unseen.",
      ],
      [
        "Where your labels go",
        "Each step is saved at once under your name, on the server and in the project's GeoJSON file. Export, on the first page, makes files for GIS and for training. `?` lists every key.",
      ],
    ] as readonly (readonly [heading: string, words: string])[],
  },
} as const;
