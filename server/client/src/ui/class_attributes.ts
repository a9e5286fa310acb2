/** Dialog of the attributes that a class declares: what is asked about its objects. */

import type { LabelClass } from "../api";
import { fill, h } from "../browser/dom";
import * as managing from "../managing";
import { codesOf, keyFrom, moved, textOfCodes } from "../model/view/class_key";
import type { ClassAttributeReply as Declared } from "../model/wire";
import { TEXTS } from "../texts";

const words = TEXTS.classAttributes;

/** `classes` are those of now. */
export function showAttributes(of: LabelClass, change: managing.Change, classes: () => readonly LabelClass[]): void {
  const list = h("ul", { className: "declared" });
  const place = h("div", {});
  const status = h("p", { className: "bad", role: "status" });
  const close = h("button", { type: "button" }, words.close);
  const heading = h("h2", { id: "attributes-heading", tabindex: "-1" }, TEXTS.classes.attributesOf(of.name));
  const dialog = h(
    "dialog",
    { className: "class-attributes", "aria-labelledby": heading.id },
    heading,
    list,
    place,
    status,
    h("div", { className: "buttons" }, close),
  );

  const save = async (make: Parameters<managing.Change>[0]): Promise<boolean> => {
    const done = await change(make, TEXTS.classes.changed(of.name));
    // Why not is said on the page, which the dialog covers.
    fill(status, done ? "" : (document.querySelector(".class-status")?.textContent ?? ""));
    if (done) show();
    return done;
  };
  const edit = (one: Declared | null): void => {
    const form = attributeEditor(one, {
      cancel: () => show(),
      save: (key, as) => void save((on) => managing.setAttribute(on, of.key, key, as)),
      refuse: (why) => fill(status, why),
    });
    fill(place, form);
    close.hidden = true;
    form.querySelector("input")?.focus();
  };
  const show = (): void => {
    const declared = classes().find(({ key }) => key === of.key)?.attributes ?? [];
    const add = h("button", { type: "button", className: "new-attribute", onclick: () => edit(null) }, words.add);
    const rows = declared.map((one, index) =>
      attributeRow(one, {
        move: async (by) => {
          const keys = moved(
            declared.map(({ key }) => key),
            one.key,
            by,
          );
          if (await save((on) => managing.orderAttributes(on, of.key, keys)))
            list.querySelector<HTMLElement>(`[data-attribute="${CSS.escape(one.key)}"] .mover-${by}`)?.focus();
        },
        place: [index, declared.length],
        edit: () => edit(one),
        retire: () => void save((on) => managing.retireAttribute(on, of.key, one.key)),
        revive: () => void save((on) => managing.setAttribute(on, of.key, one.key, bodyOf(one))),
      }),
    );
    fill(list, ...(rows.length ? rows : [h("li", { className: "dim" }, words.none)]));
    fill(place, add);
    close.hidden = false;
    add.focus();
  };

  close.addEventListener("click", () => dialog.close());
  const leave = (): void => dialog.close();
  window.addEventListener("hashchange", leave);
  dialog.addEventListener("close", () => {
    window.removeEventListener("hashchange", leave);
    dialog.remove();
    document.querySelector<HTMLElement>(`[data-field="${CSS.escape(`${of.key}/attributes`)}"]`)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  show();
}

function bodyOf({ name, kind, unit, minimum, maximum, choices, required }: Declared) {
  return { name, kind, unit, minimum, maximum, choices, required };
}

interface RowActions {
  /** Where it stands, of how many. */
  readonly place: readonly [index: number, count: number];
  move(by: 1 | -1): Promise<void>;
  edit(): void;
  retire(): void;
  revive(): void;
}

function attributeRow(one: Declared, does: RowActions): HTMLElement {
  const { name, kind, unit, minimum, maximum, choices, required, retired } = one;
  const limits = [
    minimum !== null && `${words.minimum.toLowerCase()} ${minimum}`,
    maximum !== null && `${words.maximum.toLowerCase()} ${maximum}`,
    unit,
  ];
  const values = choices.length ? choices.map((each) => each.name).join(", ") : limits.filter(Boolean).join(" ");
  const about = [
    `${words.kinds[kind]}${values ? `: ${values}` : ""}`,
    required && words.required,
    retired && words.retired,
  ];
  const button = (label: string, named: string, act: () => void): HTMLElement =>
    h("button", { type: "button", "aria-label": named, onclick: act }, label);
  const [index, count] = does.place;
  const mover = (by: 1 | -1, sign: string, label: string): HTMLElement => {
    const props = { type: "button", className: `mover-${by}`, title: label, "aria-label": label };
    const move = h("button", { ...props, onclick: () => void does.move(by) }, sign);
    move.disabled = by < 0 ? index === 0 : index === count - 1;
    return move;
  };
  const row = h(
    "li",
    { "data-attribute": one.key },
    h(
      "span",
      { className: "movers" },
      mover(-1, "↑", TEXTS.classes.earlier(name)),
      mover(1, "↓", TEXTS.classes.later(name)),
    ),
    h("strong", {}, name),
    h("span", { className: "dim" }, about.filter(Boolean).join(" · ")),
    retired
      ? button(words.revive, words.reviveNamed(name), () => does.revive())
      : h(
          "span",
          { className: "class-actions" },
          button(words.edit, words.editNamed(name), () => does.edit()),
          button(words.retire, words.retireNamed(name), () => does.retire()),
        ),
  );
  row.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as 1 | -1 | undefined;
    if (!event.altKey || by === undefined) return;
    event.preventDefault();
    if (by < 0 ? index > 0 : index < count - 1) void does.move(by);
  });
  return row;
}

interface Editing {
  cancel(): void;
  save(key: string, as: Parameters<typeof managing.setAttribute>[3]): void;
  refuse(why: string): void;
}

function attributeEditor(one: Declared | null, does: Editing): HTMLFormElement {
  const text = (value: string, more: object = {}): HTMLInputElement => {
    const input = h("input", { type: "text", autocomplete: "off", ...more });
    input.value = value;
    return input;
  };
  const name = text(one?.name ?? "", { required: true, maxlength: 200 });
  const kinds = Object.entries(words.kinds).map(([value, label]) => h("option", { value }, label));
  const kind = h("select", {}, ...kinds);
  kind.value = one?.kind ?? "text";
  const [unit, least, most] = [
    text(one?.unit ?? "", { maxlength: 20 }),
    text(String(one?.minimum ?? ""), { inputmode: "decimal" }),
    text(String(one?.maximum ?? ""), { inputmode: "decimal" }),
  ];
  const codes = h("textarea", { rows: 5 });
  codes.value = textOfCodes(one?.choices ?? []);
  const required = h("input", { type: "checkbox", checked: one?.required ?? false });
  const field = (label: string, input: HTMLElement, of?: string): HTMLElement =>
    h("label", { className: "field", ...(of && { "data-of": of }) }, label, input);
  const form = h(
    "form",
    { className: "attribute-editor" },
    h("h3", {}, one ? words.change(one.name) : words.add),
    field(words.name, name),
    field(words.kind, kind),
    field(words.minimum, least, "number"),
    field(words.maximum, most, "number"),
    field(words.unit, unit, "number"),
    field(words.codes, codes, "choice"),
    h("label", { className: "check" }, required, words.isRequired),
    h(
      "div",
      { className: "buttons" },
      h("button", { type: "button", onclick: () => does.cancel() }, words.cancel),
      h("button", { type: "submit" }, words.save),
    ),
  );
  const suit = (): void => {
    for (const part of form.querySelectorAll<HTMLElement>("[data-of]")) part.hidden = part.dataset["of"] !== kind.value;
  };
  kind.addEventListener("change", suit);
  suit();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const isNumber = kind.value === "number";
    const limits = [least, most].map(({ value }) =>
      isNumber && value.trim() ? Number(value.replace(",", ".")) : null,
    );
    const wrong = limits.findIndex((limit) => limit !== null && !Number.isFinite(limit));
    if (wrong >= 0)
      return does.refuse(words.noNumber([words.minimum, words.maximum][wrong]!, [least, most][wrong]!.value));
    does.save(one?.key ?? keyFrom(name.value), {
      name: name.value.trim(),
      kind: kind.value as Declared["kind"],
      unit: (isNumber && unit.value.trim()) || null,
      minimum: limits[0] ?? null,
      maximum: limits[1] ?? null,
      choices: kind.value === "choice" ? codesOf(codes.value) : [],
      required: required.checked,
    });
  });
  return form;
}
