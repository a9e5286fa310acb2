/** Texts of the list of what is wrong with the project. */

import { n, objects } from "./numbers";

export const HEALTH_TEXTS = {
  health: {
    button: (count: number) => (count === 1 ? "1 problem" : `${n(count)} problems`),
    hint: "What is wrong with this project, and what to do about it",
    announced: (count: number) =>
      `The server reports ${count === 1 ? "1 problem" : `${n(count)} problems`} with this project; the button in the bar lists what to do.`,
    solved: "The server reports no problem any more.",
    heading: "Problems of this project",
    none: "Nothing is wrong any more.",
    whatToDo: "What to do: ",
    close: "Close",
    scene: (scene: string) => `Open ${scene}`,
    feature: (uid: string, scene: string) => `Object ${uid}… in ${scene}`,
    more: (count: number) => `and ${objects(count)} more`,
    kinds: {
      database: [
        "The database is locked",
        "End the program that has it open, or wait. Edits wait on this page and are saved afterwards.",
      ],
      "write-back": [
        "Label files are not being written",
        "Edits are safe in the database. If this stays, restart `geoengine serve` and look at its log.",
      ],
      "label-file": [
        "A label file cannot be written",
        "Edits are safe in the database. See that the folder `labels` of the project is there and may be written to; it is tried again by itself.",
      ],
      late: [
        "A label file is behind",
        "Edits are safe in the database; the file follows by itself. Wait before copying it.",
      ],
      "left-out": [
        "Objects that are in no label file",
        "Open the object and redraw or delete it. One that cannot be read from the database is restored by `geoengine check -p DIR --restore`.",
      ],
      damaged: [
        "A scene cannot be read from the database",
        "`geoengine check -p DIR` names the damage, and `--restore` reads the scene's raster again.",
      ],
      raster: [
        "A raster is gone, or is another one",
        "Put the file back, or take it as it is now, where its grid is the same, with `geoengine scenes relink SCENE --changed -p DIR`. Labels stay where they are.",
      ],
      disk: [
        "The disk is full",
        "Make room on the disk of the project. What could not be written is tried again by itself.",
      ],
      "tile-cache": [
        "Cached tiles cannot be removed",
        "See that the folder `cache` of the project may be written to; nothing in it is needed.",
      ],
    } as Partial<Record<string, readonly [heading: string, remedy: string]>>,
    other: ["Something is wrong", "Look at the log of the server."],
  },
} as const;
