/** Display settings: bands, limits and colormap for the server, brightness and the like for the browser. */

import type { ChannelReply } from "../wire";

export interface DisplaySettings {
  /** "natural", "cir", "ndvi" or band numbers; null as the scene has it. */
  readonly bands: string | null;
  /** "percentile:2,98", "minmax", …; null as the scene has it. */
  readonly limits: string | null;
  readonly colormap: string | null;
  /** -1 black, 0 as it is, 1 white. */
  readonly brightness: number;
  /** -1 grey, 0 as it is, towards 1 black and white. */
  readonly contrast: number;
  /** Above 1 brightens the middle. */
  readonly gamma: number;
  readonly opacity: number;
}

/** Values of a channel in view, as the server counts them. */
export type Channel = ChannelReply;

type Range = readonly [low: number, high: number];

/** Digits of a limit: more than anybody sees, and few enough for six of them in an address. */
const DIGITS = 7;

/** "range:LOW,HIGH,…" of a pair for each channel; one pair where all are alike. */
export function limitsOf(ranges: readonly Range[]): string {
  const texts = ranges.map((range) => range.map((value) => Number(value.toPrecision(DIGITS))).join(","));
  return `range:${texts.every((text) => text === texts[0]) ? texts[0]! : texts.join(",")}`;
}

/** The pairs that limits give for so many channels; null where they are no ranges, or not as many. */
export function rangesOf(limits: string | null, count: number): readonly Range[] | null {
  if (!limits?.startsWith("range:")) return null;
  const values = limits.slice("range:".length).split(",").map(Number);
  const pairs = values.flatMap((value, i): Range[] => (i % 2 ? [[values[i - 1]!, value]] : []));
  if (!pairs.length || values.length % 2 || !values.every(Number.isFinite)) return null;
  if (pairs.length === 1) return Array.from({ length: count }, () => pairs[0]!);
  return pairs.length === count ? pairs : null;
}

export const PLAIN: DisplaySettings = {
  bands: null,
  limits: null,
  colormap: null,
  brightness: 0,
  contrast: 0,
  gamma: 1,
  opacity: 1,
};

export type Slider = "brightness" | "contrast" | "gamma" | "opacity";

export const RANGES: Record<Slider, readonly [least: number, most: number]> = {
  brightness: [-1, 1],
  contrast: [-1, 0.98],
  gamma: [0.25, 4],
  opacity: [0, 1],
};

/** The settings with some of it changed; sliders stay within their ranges, and what no longer fits together is dropped. */
export function adjust(settings: DisplaySettings, news: Partial<DisplaySettings>): DisplaySettings {
  const next = { ...settings, ...news };
  for (const [name, [least, most]] of Object.entries(RANGES) as [Slider, readonly [number, number]][]) {
    next[name] = Math.min(most, Math.max(least, next[name]));
  }
  if (!isSingle(next.bands)) next.colormap = null;
  // Limits of three bands are none of one.
  const channels = isSingle(next.bands) ? 1 : 3;
  if (news.bands !== undefined && next.limits?.startsWith("range:") && !rangesOf(next.limits, channels))
    next.limits = null;
  // The server knows the statistics of bands, not of an index.
  if (next.bands === "ndvi" && next.limits && /^(percentile|minmax|sigma)/.test(next.limits)) next.limits = null;
  return next;
}

/** Return whether `bands` make one channel, which can be coloured. */
export function isSingle(bands: string | null): boolean {
  return bands === "ndvi" || /^\d+$/.test(bands ?? "");
}

/** Return the query string of the tiles; empty for the default display. */
export function tileQuery({ bands, limits, colormap }: DisplaySettings): string {
  const asked = Object.entries({ bands, limits, colormap }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return asked.map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join("");
}

/** Return whether the browser has nothing to do to the colours. */
export function isNeutral({ brightness, contrast, gamma }: DisplaySettings): boolean {
  return brightness === 0 && contrast === 0 && gamma === 1;
}

/** Return the lookup table of 256 values, 0 to 1: gamma, then contrast around the middle, then brightness. */
export function curve({ brightness, contrast, gamma }: DisplaySettings): number[] {
  const steepness = Math.tan(((contrast + 1) * Math.PI) / 4);
  return Array.from({ length: 256 }, (_, level) => {
    const value = ((level / 255) ** (1 / gamma) - 0.5) * steepness + 0.5 + brightness;
    return Math.min(1, Math.max(0, value));
  });
}

/** The settings that were stored as text; what cannot be understood is as the scene has it. */
export function readSettings(text: string | null): DisplaySettings {
  let stored: Partial<Record<keyof DisplaySettings, unknown>> = {};
  try {
    stored = (JSON.parse(text ?? "{}") ?? {}) as typeof stored;
  } catch {
    return PLAIN;
  }
  const number = (name: Slider): number => (Number.isFinite(stored[name]) ? (stored[name] as number) : PLAIN[name]);
  const words = (name: "bands" | "limits" | "colormap"): string | null =>
    typeof stored[name] === "string" ? stored[name] : null;
  return adjust(PLAIN, {
    bands: words("bands"),
    limits: words("limits"),
    colormap: words("colormap"),
    brightness: number("brightness"),
    contrast: number("contrast"),
    gamma: number("gamma"),
    opacity: number("opacity"),
  });
}
