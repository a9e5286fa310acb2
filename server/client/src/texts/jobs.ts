/** Texts of the page of jobs. */

import { n } from "./numbers";

export const JOBS_TEXTS = {
  jobs: {
    heading: "Jobs",
    none: "No jobs yet.",
    begin: "Pre-label scenes",
    columns: ["Job", "Work", "State", "Progress", "Speed", "Time left", "Updated", "Actions"],
    failed: (why: string) => `The jobs could not be fetched: ${why}`,
    waiting: "Jobs wait, and this server runs no worker: geoengine worker -p DIR runs them.",
    several: (count: number) => `${n(count)} jobs`,
    ended: (count: number, all: number) => `${n(count)} of ${n(all)} done`,
    open: "Show them",
    openNamed: (what: string) => `Show them: ${what}`,
    request: (kind: string, count: number, job: number) => `${kind} of ${n(count)} scenes, from job ${job} on`,
    withModel: (model: string) => `with ${model}`,
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
