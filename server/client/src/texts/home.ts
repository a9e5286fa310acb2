/** Texts of a project's home: its scenes as gallery, table and map. */

import { n } from "./numbers";

const scenes = (count: number): string => (count === 1 ? "1 scene" : `${n(count)} scenes`);

export const HOME_TEXTS = {
  scenes: {
    heading: "Scenes",
    none: "This project has no scenes yet.",
    add: "Add imagery",
    orCommand: "or, at a shell: ",
    noneLike: "No scene fits this search and choice.",
    showAll: "Show all scenes",
    find: "Search",
    placeholder: "name, date, sensor, CRS …",
    order: "Order",
    orders: { added: "As added", name: "Name", newest: "Date", open: "To review", edited: "Last edit" },
    reverse: "Reverse the order",
    found: (shown: number, all: number) => (shown === all ? scenes(all) : `${n(shown)} of ${scenes(all)}`),
    noDate: "no date",
    decided: "decided",
    changedOf: (scene: string) => `${scene}: its files have changed`,
  },
  home: {
    totals: (done: number, all: number) => `${n(done)} of ${scenes(all)} done`,
    open: (count: number) => `${n(count)} to review`,
    pace: (decided: number, anHour: number | null) =>
      `${n(decided)} decided today${anHour === null ? "" : `, ${n(Math.round(anHour))} an hour`}`,
    paceHint: "How this is counted, and by whom",
    paceRule: (atOnce: number) =>
      "Counted from the history: proposals that people accepted or rejected since midnight here, unless that was taken back. " +
      "An hour is one of one person's work: the time from each decision to the next, more than 5 min counted as 5. " +
      `Steps of more than 10 at once${atOnce ? ` (${n(atOnce)} today)` : ""} are not in the pace, nor is it told for less than 10 min.`,
    person: (name: string, decided: number, anHour: number | null) =>
      `${name}: ${n(decided)}${anHour === null ? "" : `, ${n(Math.round(anHour))} an hour`}`,
    chips: "Scenes to show",
    chip: {
      todo: ["To do", "Nothing was decided in them yet"],
      doing: ["In progress", "Something was decided, and they are not done"],
      done: ["Done", "All proposals are decided, or a model found nothing"],
      mine: ["Mine", "You have changed objects in them, under the name above"],
      bare: ["Not pre-labelled", "No model has looked at them: geoengine prelabel does that"],
    },
    managing: "Manage the project",
    views: "Show as",
    view: { gallery: "Gallery", table: "Table", map: "Map" },
    columns: {
      name: "Scene",
      date: "Date",
      state: "State",
      open: "To review",
      accepted: "Accepted",
      rejected: "Rejected",
      edited: "Last edit",
    },
    never: "never",
    by: (time: string, author: string) => `${time}, ${author}`,
    neverLabelled: "not pre-labelled",
    nothingFound: "nothing found",
    byHand: "not pre-labelled, drawn by hand or imported",
    state: { todo: "to do", doing: "in progress", done: "done" },
    progress: (decided: number, total: number) => `${n(decided)} of ${n(total)} decided`,
    map: "Map of the scenes' footprints; arrow keys move it, + and - zoom",
    inSight: (count: number) => `${scenes(count)} in sight`,
    here: (count: number) => `${scenes(count)} at this place`,
    allInSight: "All in sight",
    noPlace: (count: number) =>
      `${scenes(count)} without a place on the Earth: not on the map, but in gallery and table.`,
    noneInSight: "No scene is in sight.",
    showWhole: "Show all footprints",
    legend: "Colours of the footprints",
  },
  finder: {
    heading: "Find a scene, place, class or command",
    placeholder: "scene, coordinates, class or command …",
    hint: "Find a scene, place, class or command from anywhere",
    button: "Find ",
    kinds: { place: "place", command: "command", class: "class", scene: "scene" },
    none: "Nothing is called so; try fewer letters, or coordinates such as 85.31° E 27.70° N.",
    more: (count: number) => `and ${n(count)} more: type to find them`,
    found: (count: number) => (count === 1 ? "1 found" : `${n(count)} found`),
    goTo: (text: string) => `Go to ${text}`,
    readAs: (as: string) => `in this scene, read as ${as}`,
    sceneAt: (text: string) => `holds ${text}`,
    scenesFailed: "The scenes could not be fetched; commands and classes are here.",
    home: ["All scenes", "Home of the project"],
    help: ["Help", "Keyboard shortcuts"],
    rename: ["Change name", "The name that edits are signed with"],
    theme: ["Light or dark", "Switch between the light and the dark theme"],
    page: "Everywhere",
    back: ["Back, Forward", "The browser's: from place to place: home, scenes and pages"],
  },
  when: {
    now: "just now",
    minutes: (count: number) => `${count} min ago`,
    hours: (count: number) => `${count} h ago`,
    days: (count: number) => (count === 1 ? "1 day ago" : `${count} days ago`),
  },
} as const;
