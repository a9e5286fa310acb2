/** Pins as they are listed, hit by the mouse, and gone through. */

import type { PinReply } from "../wire";

type Pin = Pick<PinReply, "uid" | "x" | "y" | "text" | "state" | "revision">;

/** A question that is being written: a new one has no revision yet. */
export interface Draft extends Pin {
  readonly state: "open" | "resolved";
}

/** Marker in pixels of the page: its tip is the place, its head a circle above it. */
export const MARKER = { radius: 8, height: 20 } as const;

/** Pixels around the marker that count as the marker. */
const SLACK_PX = 3;

/** Open pins, and with `resolved` the resolved ones behind them. */
export function listed<P extends Pin>(pins: readonly P[], resolved: boolean): P[] {
  const of = (state: Pin["state"]): P[] => pins.filter((pin) => pin.state === state);
  return [...of("open"), ...(resolved ? of("resolved") : [])];
}

/** The open pin after the one of a uid, after the last the first; null where no pin is open. */
export function nextOpen<P extends Pin>(pins: readonly P[], uid: string | null): P | null {
  const open = pins.filter(({ state }) => state === "open");
  const at = open.findIndex((pin) => pin.uid === uid);
  return open[(at + 1) % open.length] ?? null;
}

/** Return whether a position in the scene is on a pin's marker, at a resolution in world units per pixel of the page. */
export function isHit({ x, y }: Pin, position: readonly number[], resolution: number): boolean {
  const right = (position[0]! - x) / resolution;
  const up = (position[1]! - y) / resolution;
  const { radius, height } = MARKER;
  return Math.abs(right) <= radius + SLACK_PX && up >= -SLACK_PX && up <= height + radius + SLACK_PX;
}

/** Return whether two lists hold the same revisions of the same pins. */
export function sameRevisions(a: readonly Pin[], b: readonly Pin[]): boolean {
  return a.length === b.length && a.every((pin, i) => pin.uid === b[i]!.uid && pin.revision === b[i]!.revision);
}

/** A draft from its JSON; null for anything else. */
export function draftOf(json: string): Draft | null {
  try {
    const { uid, x, y, text, state, revision } = JSON.parse(json) as Draft;
    const isDraft =
      typeof uid === "string" &&
      typeof text === "string" &&
      [x, y, revision].every(Number.isFinite) &&
      ["open", "resolved"].includes(state);
    return isDraft ? { uid, x, y, text, state, revision } : null;
  } catch {
    return null;
  }
}
