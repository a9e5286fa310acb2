/** Page of models: their cards, and how they did in this project. */

import { fill, h } from "../browser/dom";
import * as managing from "../managing";
import type { FigureReply, ModelReply, ModelResultReply, ShareReply } from "../model/wire";
import { TEXTS } from "../texts";
import { copyCommand, emptyState } from "./empty";
import type { PageContext, SidePage } from "./side_page";

const words = TEXTS.models;

export class ModelsPage implements SidePage {
  readonly element: HTMLElement;
  readonly #heading = h("h1", { tabindex: "-1" }, words.heading);
  readonly #place = h("div", {});

  constructor(private readonly context: PageContext) {
    const intro = h("p", { className: "dim" }, words.intro);
    this.element = h("main", { className: "managed models-page" }, this.#heading, intro, this.#place);
    void this.#layOut();
  }

  focus(): void {
    this.#heading.focus();
  }

  close(): void {
    // Nothing is asked for again.
  }

  async #layOut(): Promise<void> {
    try {
      const [{ models, broken }, { results }] = await Promise.all([managing.models(), managing.modelResults()]);
      const names = new Set(models.map(({ name }) => name));
      const gone = results.filter(({ model }) => !names.has(model));
      fill(
        this.#place,
        ...broken.map((why) => h("p", { className: "bad" }, words.broken(why))),
        !models.length && emptyState(words.none, copyCommand(words.install)),
        ...models.map((model) => modelCard(model, results)),
        gone.length > 0 &&
          h("section", { className: "model-card" }, h("h2", {}, words.gone), hereTable(gone, words.gone)),
      );
    } catch (error) {
      this.context.say(words.failed((error as Error).message));
    }
  }
}

function modelCard(model: ModelReply, results: readonly ModelResultReply[]): HTMLElement {
  const { name, version, description, research_only: research, shipped, hides_shipped: hides } = model;
  const own = results.filter((one) => one.model === name);
  const badges = [research && TEXTS.work.research, !shipped && words.own, hides && words.hides];
  return h(
    "article",
    { className: "model-card", "data-model": name },
    h(
      "h2",
      {},
      `${name} `,
      h("span", { className: "dim" }, version),
      ...badges.map((text) => text && h("span", { className: "model-badge" }, text)),
    ),
    h("p", {}, description),
    h("h3", {}, words.here),
    own.length ? hereTable(own, model.reference) : h("p", { className: "dim" }, words.hereNone),
    own.length > 0 && h("p", { className: "dim" }, words.right),
    ...figureParts(model),
    h("h3", {}, words.card),
    facts(model),
  );
}

function facts(model: ModelReply): HTMLElement {
  const { classes, gsd_m: at, gsd_range_m: range, licence, sources, started_from: started, notes } = model;
  const kinds = TEXTS.prelabel.geometry;
  const list = (texts: readonly string[]): HTMLElement => h("ul", {}, ...texts.map((text) => h("li", {}, text)));
  const rows: readonly (readonly [string, string | HTMLElement | null])[] = [
    [
      words.facts.classes,
      list(classes.map((one) => words.class(one.key, kinds[one.geometry], one.min_score, one.partner))),
    ],
    [words.facts.resolution, TEXTS.work.resolution(at, range)],
    [words.facts.licence, licence || null],
    [words.facts.started, started],
    [
      words.facts.sources,
      sources.length ? list(sources.map((one) => Object.values(one).map(String).join("; "))) : null,
    ],
    [words.facts.notes, notes.length ? list(notes) : null],
  ];
  const said = rows.filter(([, value]) => value !== null);
  return h(
    "dl",
    { className: "model-facts" },
    ...said.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}

function hereTable(results: readonly ModelResultReply[], reference: string): HTMLElement {
  const rows = results.map((one) => {
    const named = one.reference === reference ? one.model_class : words.version(one.model_class, one.reference);
    const numbers = [one.unchanged, one.corrected, one.rejected, one.undecided].map((each) =>
      each.toLocaleString("en"),
    );
    return [named, ...numbers, one.right ? share(one.right) : "–"];
  });
  return table(words.hereColumns, rows, `${words.here}: ${results[0]!.model}`);
}

function figureParts({ name, figures, before }: ModelReply): HTMLElement[] {
  if (!figures.length) return [];
  const was = (one: FigureReply): string => {
    const same = before.find((each) => each.model_class === one.model_class && each.iou === one.iou);
    return same ? same.f1.toFixed(3) : "–";
  };
  const rows = figures.map((one) => [
    one.model_class,
    words.overlap(one.iou),
    words.objects(one.objects, one.images),
    share(one.precision),
    share(one.recall),
    one.f1.toFixed(3),
    ...(before.length ? [was(one)] : []),
  ]);
  const columns = [...words.figureColumns, ...(before.length ? [words.beforeColumn] : [])];
  return [
    h("h3", {}, words.figures),
    table(columns, rows, `${words.figures}: ${name}`),
    h("p", { className: "dim" }, words.intervals),
  ];
}

const share = ({ value, low, high }: ShareReply): string => words.share(value, low, high);

/** A table whose rows begin with their heads; it scrolls where the page is narrow. */
function table(columns: readonly string[], rows: readonly (readonly string[])[], label: string): HTMLElement {
  const head = h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)));
  const body = rows.map(([first, ...rest]) =>
    h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((text) => h("td", {}, text))),
  );
  const element = h("table", { className: "model-table" }, h("thead", {}, head), h("tbody", {}, ...body));
  return h("div", { className: "table-scroll", tabindex: "0", role: "region", "aria-label": label }, element);
}
