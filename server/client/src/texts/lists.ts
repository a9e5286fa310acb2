/** Texts of the list of scenes and of the page of jobs. */

import { n } from "./numbers";

export const LIST_TEXTS = {
  scenes: {
    heading: "Scenes",
    none: "This project has no scenes yet. Add one at the command line: ",
    find: "Find",
    placeholder: "name, date, sensor, CRS …",
    order: "Order",
    orders: { added: "As added", name: "Name", newest: "Date, newest first", open: "Most to review" },
    found: (shown: number, all: number) => (shown === all ? `${n(shown)} scenes` : `${n(shown)} of ${n(all)} scenes`),
    noGeoreference: "no georeference",
    scale: (metres: number) => `${Number(metres.toPrecision(3))} m per pixel`,
    size: (width: number, height: number, scale: string, crs: string | null) =>
      `${n(width)} × ${n(height)} px, ${scale}${crs ? `, ${crs}` : ""}`,
    noDate: "no date",
    decided: (decided: number, total: number) => (total ? `${n(decided)} of ${n(total)} decided` : "no objects yet"),
    toReview: (proposed: number, accepted: number) => `${n(proposed)} to review, ${n(accepted)} accepted`,
    near: (lon: number, lat: number) => `Longitude, latitude near ${lon.toFixed(2)}°, ${lat.toFixed(2)}°`,
    noLocation: "Location unknown",
  },
  jobs: {
    heading: "Jobs",
    none: "No jobs yet.",
    columns: ["Job", "Work", "State", "Progress", "Speed", "Time left", "Updated", "Actions"],
    failed: (why: string) => `The jobs could not be fetched: ${why}`,
    waiting: "Jobs wait for a worker: geoengine worker -p DIR runs them.",
    cancel: "Cancel",
    retry: "Retry",
    name: (id: number) => `job ${id}`,
    progress: (name: string) => `progress of ${name}`,
    cancelNamed: (name: string) => `Cancel ${name}`,
    retryNamed: (name: string) => `Retry ${name}`,
    notStarted: "not started",
    failedItems: (count: number) => `${n(count)} failed`,
    details: "details",
    noReason: "failed without a reason",
    errors: (id: number) => `Errors of job ${id}`,
    moreErrors: (count: number, id: number) => `and ${n(count)} more: geoengine jobs show ${id} --json lists all`,
  },
} as const;
