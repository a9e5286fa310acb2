/** The scene and the view in the URL hash: `#scene=1&x=10.5&y=20&r=0.1`, or a feature to go to: `#scene=1&feature=…`. */

export interface View {
  readonly x: number;
  readonly y: number;
  /** World units per screen pixel. */
  readonly resolution: number;
}

export interface MapLocation {
  readonly scene: number;
  readonly view: View | null;
  /** Uid of a feature to select and show. */
  readonly feature?: string;
}

/** Hashes of the pages that are neither home nor a scene. */
export const PAGES = ["#jobs", "#imagery", "#prelabel", "#finetune", "#models", "#export", "#classes"] as const;
export type PageHash = (typeof PAGES)[number];

export function pageOf(hash: string): PageHash | null {
  return PAGES.find((page) => page === hash.split("?")[0]) ?? null;
}

/** The address of a page with some scenes chosen, `#prelabel?scenes=1,2`. */
export const withScenes = (page: PageHash, ids: readonly number[]): string => `${page}?scenes=${ids.join(",")}`;

/** The scenes that the address of a page names. */
export function scenesIn(hash: string): number[] {
  const text = new URLSearchParams(hash.split("?")[1]).get("scenes") ?? "";
  return text.split(",").filter(Boolean).map(Number).filter(Number.isInteger);
}

export function parseHash(hash: string): MapLocation | null {
  const params = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (key: string): number => Number(params.get(key) || NaN);
  const scene = number("scene");
  if (!Number.isInteger(scene)) return null;
  const [x, y, resolution] = [Number(params.get("x") ?? NaN), Number(params.get("y") ?? NaN), number("r")];
  const usable = Number.isFinite(x) && Number.isFinite(y) && resolution > 0;
  const feature = params.get("feature");
  return { scene, view: usable ? { x, y, resolution } : null, ...(feature && { feature }) };
}

export function formatHash({ scene, view, feature }: MapLocation): string {
  if (feature) return `#scene=${scene}&feature=${encodeURIComponent(feature)}`;
  if (!view) return `#scene=${scene}`;
  const digits = (n: number): string => String(Number(n.toPrecision(12)));
  return `#scene=${scene}&x=${digits(view.x)}&y=${digits(view.y)}&r=${digits(view.resolution)}`;
}

/** The place that a hash names: home (""), a page or a scene. What is looked at in a scene is no place of its own. */
export function placeOf(hash: string): string {
  const page = pageOf(hash);
  if (page) return page;
  const position = parseHash(hash);
  return position ? formatHash({ scene: position.scene, view: null }) : "";
}

/** The address of home: the page's without a hash. */
export function homeAddress(): string {
  return location.pathname + location.search;
}
