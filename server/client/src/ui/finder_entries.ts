/** What there is to find from a page: its commands, those of the open scene, classes, scenes and positions. */

import type { SceneSummary } from "../api";
import { switchTheme } from "../browser/theme";
import type { Command } from "../commands";
import { classKey, COMMANDS, keyCaps, runCommand } from "../commands";
import type { Desk } from "../desk/desk";
import { OPERATIONS } from "../desk/operations";
import { lonLatsOf, lookUp } from "../model/ground/lookup";
import type { Entry } from "../model/view/finder";
import { scenesAt } from "../model/view/finder";
import { stateOf } from "../model/view/home";
import type { PageHash } from "../model/view/view";
import { PAGES, withScenes } from "../model/view/view";
import { TEXTS } from "../texts";
import type { FinderSource } from "./finder";
import { standing, taken } from "./scene_card";

/** What a page does from everywhere. */
export interface PageCommands {
  home(): void;
  page(hash: PageHash): void;
  help(): void;
  rename(): void;
  /** Open a scene, and go to a position in it where one is given. */
  open(scene: number, place?: string): void;
}

/** The entries with these scenes, or, with none, before they are known. */
export function finderSource(desk: Desk | null, page: PageCommands, scenes: readonly SceneSummary[]): FinderSource {
  const entries = [...(desk ? deskEntries(desk) : []), ...pageEntries(page), ...sceneEntries(page, scenes)];
  return { entries, read: (text) => placesOf(text, desk, page, scenes) };
}

function deskEntries(desk: Desk): Entry[] {
  const onMap = (act: () => void) => (): void => {
    desk.focus();
    act();
  };
  // Commands of a whole set of keys are for keys alone.
  const isFound = (c: Command): boolean => c.shown === undefined && (c.when?.(desk) ?? true);
  const commands = COMMANDS.filter(isFound).map((c): Entry => ({
    kind: "command",
    label: c.label,
    detail: c.hint === c.label ? "" : c.hint,
    key: keyCaps(c.keys[0]!),
    run: onMap(() => runCommand(desk, c)),
  }));
  const operations = OPERATIONS.map((o): Entry => ({
    kind: "command",
    label: o.label,
    detail: o.hint,
    key: `Shift+${keyCaps(o.letter)}`,
    run: onMap(() => void desk.shaping.shortcut(o.letter)),
  }));
  const classes = desk.classes.value.map((one, index, all): Entry => {
    const key = classKey(all, index);
    const detail = TEXTS.legend.give(one.name);
    const run = onMap(() => desk.decisions.classify(one.key));
    return { kind: "class", label: one.name, detail, key: key === null ? null : keyCaps(key), run };
  });
  const [label, detail] = TEXTS.prelabel.one;
  const prelabel: Entry = {
    kind: "command",
    label,
    detail,
    key: null,
    run: () => (location.hash = withScenes("#prelabel", [desk.scene.id])),
  };
  return [...commands, ...operations, prelabel, ...classes];
}

function pageEntries(page: PageCommands): Entry[] {
  const entry = ([label, detail]: readonly [string, string], run: () => void, key: string | null = null): Entry => ({
    kind: "command",
    label,
    detail,
    key,
    run,
  });
  const { home, help, rename, theme } = TEXTS.finder;
  return [
    entry(home, () => page.home()),
    ...PAGES.map((hash) => entry(TEXTS.pages[hash], () => page.page(hash))),
    entry(help, () => page.help(), "?"),
    entry(rename, () => page.rename()),
    entry(theme, switchTheme),
  ];
}

function sceneEntries(page: PageCommands, scenes: readonly SceneSummary[]): Entry[] {
  return scenes.map((scene) => ({
    kind: "scene",
    label: scene.name,
    detail: [TEXTS.home.state[stateOf(scene)], standing(scene), taken(scene)].filter(Boolean).join(" · "),
    key: null,
    run: () => page.open(scene.id),
  }));
}

/** What a text says as a position: in the open scene, and the other scenes that hold it. */
function placesOf(text: string, desk: Desk | null, page: PageCommands, scenes: readonly SceneSummary[]): Entry[] {
  const said = text.trim();
  if (!/\d/.test(said)) return [];
  const answer = desk && lookUp(desk.map.grid, said);
  const others = scenesAt(lonLatsOf(said), scenes).filter(({ id }) => id !== desk?.scene.id);
  const entries = others.map((scene): Entry => ({
    kind: "place",
    label: scene.name,
    detail: TEXTS.finder.sceneAt(said),
    key: null,
    run: () => page.open(scene.id, said),
  }));
  if (!desk || !answer || "problem" in answer) return entries;
  const run = (): void => {
    desk.focus();
    desk.display.goTo(said);
  };
  const here: Entry = {
    kind: "place",
    label: TEXTS.finder.goTo(said),
    detail: TEXTS.finder.readAs(answer.as),
    key: null,
    run,
  };
  return [here, ...entries];
}
