/** Texts of the page that adds imagery. */

import { n } from "./numbers";

const files = (count: number): string => (count === 1 ? "1 file" : `${n(count)} files`);
const folders = (count: number): string => (count === 1 ? "1 folder" : `${n(count)} folders`);
/** "1 folder and 3 files", "" for nothing. */
const chosen = (inFolders: number, rasters: number): string =>
  [inFolders && folders(inFolders), rasters && files(rasters)].filter(Boolean).join(" and ");

export const IMAGERY_TEXTS = {
  imagery: {
    heading: "Add imagery",
    intro:
      "Rasters become scenes: GeoTIFF, NITF, JPEG 2000, VRT, ENVI, PNG and JPEG. A worker makes a copy that is quick to show; the original is never changed.",
    readOnly: "The project is read-only: nothing can be added to it.",
    noWorker: "This server runs no worker: what is queued is added once geoengine worker -p DIR runs.",
    notFetched: (why: string) => `The folders of the server could not be fetched: ${why}`,
    from: (place: string) => `from ${place}`,
    nodata: "Nodata",
    nodataHint: "empty: what the files say; a number, or a colour such as 255,255,255",
    toJobs: "Progress and cancel",
    unreadable: "A file cannot be read on this computer any more: it was changed, moved or removed.",
    folder: {
      heading: "From a folder of the server",
      none: "No folder of the server is allowed here: geoengine serve --imagery DIR allows one.",
      choose: "Folder",
      path: "Path in the folder",
      subfolder: "folder",
      open: "Open",
      openNamed: (name: string) => `Open ${name}`,
      choice: (name: string) => `Add ${name}`,
      columns: ["Name", "Size", "Changed", "Scene"],
      all: "Choose all",
      allHint: "All rasters that are listed and no scenes yet",
      chosen: (count: number) => `${n(count)} chosen`,
      empty: "Neither rasters nor folders are in here.",
      others: (count: number) => `Not listed: ${files(count)} of other kinds, such as side-cars.`,
      leftOut: (count: number) => `Not listed: ${n(count)} more. Choose the whole folder to add all.`,
      inPlace: "Read them where they lie, without a copy",
      inPlaceHint: "for rasters that stay there; only overviews are stored in the project",
      noneChosen: "Nothing is chosen: choose a raster or a folder.",
      button: (folders: number, rasters: number) => `Add ${chosen(folders, rasters)}`.trimEnd(),
      queued: (folders: number, rasters: number) =>
        `${chosen(folders, rasters)} ${folders + rasters === 1 ? "is" : "are"} being added.`,
      refused: (why: string) => `Not queued: ${why}`,
    },
    upload: {
      heading: "Upload from this computer",
      drop: "Drop rasters here, or",
      button: "Choose files",
      hint: "Choose side-cars (.tfw, .aux.xml, .ovr, .rpb …) together with their raster, and the parts of a VRT together with it: of those, the VRT alone becomes a scene.",
      room: (size: string) => `The server has room for ${size}.`,
      list: "Uploads",
      alone: (names: string) => `Left out, for no raster of that name was chosen with them: ${names}.`,
      other: (names: string) => `Left out, for they are no imagery: ${names}.`,
      twice: (names: string) => `Being uploaded already: ${names}.`,
      more: (count: number) => ` with ${count === 1 ? "1 more file" : `${n(count)} more files`}`,
      progress: (name: string) => `Progress of ${name}`,
      of: (sent: string, all: string) => `${sent} of ${all}`,
      speed: (size: string) => `${size}/s`,
      left: (time: string) => `${time} left`,
      state: {
        waiting: "waits for its turn",
        sending: "",
        paused: "paused",
        lost: "connection lost; it goes on by itself",
        failed: "failed",
        done: "uploaded",
      },
      pause: "Pause",
      resume: "Go on",
      again: "Try again",
      remove: "Cancel",
      clear: "Clear",
      named: (what: string, name: string) => `${what}: ${name}`,
      begun: (name: string, share: number) =>
        `${name}: ${share} % is on the server. Choose the same files again, and it goes on there.`,
      discard: "Discard",
    },
    added: {
      heading: "Added lately",
      none: "Nothing has been added from this page yet.",
      notFetched: (why: string) => `What is being added could not be fetched: ${why}`,
      job: (id: number, from: string) => `Job ${id}, from ${from}: `,
      waits: "waits for a worker",
      runs: (done: number, all: number) => (all ? `${n(done)} of ${files(all)}` : "begins"),
      more: (count: number) => `and ${n(count)} more`,
    },
  },
} as const;
