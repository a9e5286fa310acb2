/** A few lines instead of a framework. */

type Child = Node | string | null | false | undefined;
type Props = Record<string, unknown>;

/** Make an element: `on…` props are listeners, known properties are set, the rest become attributes. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value as EventListener);
    else if (key in element && typeof value !== "string") (element as unknown as Props)[key] = value;
    else if (key === "className") element.className = value as string;
    else element.setAttribute(key, `${value as string}`);
  }
  fill(element, ...children);
  return element;
}

/** Replace what is in an element. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((c): c is Node | string => c !== null && c !== false && c !== undefined));
}

/** A swatch of a class; set through the object model, which a strict content policy allows. */
export function swatch(color: string): HTMLElement {
  const element = h("span", { className: "swatch", "aria-hidden": "true" });
  element.style.backgroundColor = color;
  return element;
}

/** Make an SVG element. */
export function s(tag: string, attributes: Record<string, string | number>, ...children: SVGElement[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/** A short line drawn as on the map. */
export function lineSample(width: number, dash: number[] | undefined): SVGElement {
  const dashes: Record<string, string> = dash ? { "stroke-dasharray": dash.join(" ") } : {};
  const line = s("line", {
    x1: 0,
    x2: 34,
    y1: 5,
    y2: 5,
    stroke: "currentColor",
    "stroke-width": width,
    ...dashes,
  });
  return s("svg", { class: "line-sample", width: 34, height: 10, "aria-hidden": "true" }, line);
}

export function keyCap(key: string): HTMLElement {
  return h("kbd", {}, key);
}
