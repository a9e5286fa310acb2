/** What is left to do in a project: the state of each scene, and the scenes that a person wants to see. */

import type { SceneSummaryReply as SceneSummary } from "../wire";
import { find } from "./catalog";

/** Nothing was decided yet; something was; nothing is left to review. */
export type SceneState = "todo" | "doing" | "done";

export const STATES: readonly SceneState[] = ["todo", "doing", "done"];

/**
 * The state of a scene.
 *
 * Done is one of which all proposals are decided. Where no model ever made any, nobody can tell what is missing: such a
 * scene is not done before proposals, of a file then, were rejected in it, or somebody says that it is complete.
 */
export function stateOf({ counts, activity, complete }: SceneSummary): SceneState {
  const { proposed, accepted, rejected } = counts;
  if (proposed === 0 && (activity.runs > 0 || rejected > 0 || complete?.complete)) return "done";
  return accepted + rejected > 0 ? "doing" : "todo";
}

/** True if no model has looked at a scene: that it has no proposals says nothing then. */
export function isBare({ activity }: SceneSummary): boolean {
  return activity.runs === 0;
}

/** What a person wants to see: all where nothing is set. */
export interface Choice {
  readonly words: string;
  readonly state: SceneState | null;
  /** Only scenes that the person has edited. */
  readonly mine: boolean;
  /** Only scenes that no model has looked at. */
  readonly bare: boolean;
}

export const ALL: Choice = { words: "", state: null, mine: false, bare: false };

/** The scenes that fit a choice; `me` is the name that edits are signed with. */
export function chosen(scenes: readonly SceneSummary[], choice: Choice, me: string): SceneSummary[] {
  return find(scenes, choice.words).filter(
    (scene) =>
      (choice.state === null || stateOf(scene) === choice.state) &&
      (!choice.mine || scene.activity.authors.includes(me)) &&
      (!choice.bare || isBare(scene)),
  );
}

/** How many scenes each chip would show if it were pressed now, with what else is chosen. */
export function chipCounts(
  scenes: readonly SceneSummary[],
  choice: Choice,
  me: string,
): Readonly<Record<SceneState | "mine" | "bare", number>> {
  const count = (change: Partial<Choice>): number => chosen(scenes, { ...choice, ...change }, me).length;
  return {
    todo: count({ state: "todo" }),
    doing: count({ state: "doing" }),
    done: count({ state: "done" }),
    mine: count({ mine: true }),
    bare: count({ bare: true }),
  };
}

/** Numbers of a whole project. */
export interface Totals {
  readonly scenes: number;
  readonly done: number;
  /** Proposals that nobody has decided on. */
  readonly open: number;
}

export function totalsOf(scenes: readonly SceneSummary[]): Totals {
  return {
    scenes: scenes.length,
    done: scenes.filter((scene) => stateOf(scene) === "done").length,
    open: scenes.reduce((sum, { counts }) => sum + counts.proposed, 0),
  };
}

/** Read a choice that was kept as JSON; all where it is none. */
export function choiceOf(text: string | null): Choice {
  try {
    const { words, state, mine, bare } = { ...ALL, ...(JSON.parse(text ?? "{}") as Partial<Choice>) };
    const known = STATES.includes(state as SceneState) ? state : null;
    return { words: String(words), state: known, mine: mine === true, bare: bare === true };
  } catch {
    return ALL;
  }
}
