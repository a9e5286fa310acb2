/** Jobs as the server lists them, in words. */

import type { JobReply } from "../wire";
import { TEXTS } from "../../texts";

export type Job = JobReply;
export type JobState = Job["state"];

/** In the order in which they matter to whoever looks after them. */
const ORDER: readonly JobState[] = ["running", "cancelling", "queued", "failed", "partial", "cancelled", "done"];

export const isUnfinished = ({ state }: Job): boolean => ["queued", "running", "cancelling"].includes(state);
export const canCancel = ({ state }: Job): boolean => state === "queued" || state === "running";
export const canRetry = ({ state }: Job): boolean => ["partial", "failed", "cancelled"].includes(state);

/** Numbers of jobs by state. */
export type JobCounts = Readonly<Record<string, number>>;

/** "2 running · 11 queued · 1 failed", "" for no jobs. */
export function countsOf(states: JobCounts): string {
  return ORDER.filter((state) => states[state])
    .map((state) => `${states[state]!.toLocaleString("en")} ${state}`)
    .join(" · ");
}

/** Return advice where jobs wait, none runs, and this server has no worker of its own to run them; "" otherwise. */
export const hintOf = (states: JobCounts, worker: boolean): string =>
  states["queued"] && !states["running"] && !worker ? TEXTS.jobs.waiting : "";

/** Return the subject of a job, but for a scene that a link names: its scenes, and the model where it has one. */
export function subjectOf({ params, scene: link }: Job): string {
  const { scene, scenes, model, from } = params;
  if (typeof from === "string") return TEXTS.imagery.from(from);
  const all = typeof scene === "string" ? [link ? "" : scene] : Array.isArray(scenes) ? scenes.map(String) : [];
  const positions = all.length > 3 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : all.join(", ");
  return [positions, typeof model === "string" ? `with ${model}` : ""].filter(Boolean).join(" ");
}

/** "12 of 40", "" while nobody has planned the job. */
export function itemsOf({ items }: Job): string {
  return items.total ? `${items.done.toLocaleString("en")} of ${items.total.toLocaleString("en")}` : "";
}

export function speedOf({ speed }: Job): string {
  return speed ? `${Number(speed.value.toPrecision(2))} ${speed.unit}/s` : "";
}

/** "45 s", "12 min", "3 h 05 min". */
export function duration(seconds: number): string {
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

const BUSY_MS = 2000;
const CALM_MS = 10_000;

/** Milliseconds to wait before asking for so many jobs again. */
export const pauseFor = (states: JobCounts): number => (states["running"] || states["cancelling"] ? BUSY_MS : CALM_MS);

/** Milliseconds to wait before asking again. */
export const pauseAfter = (jobs: readonly Job[]): number =>
  jobs.some((job) => job.state !== "queued" && isUnfinished(job)) ? BUSY_MS : CALM_MS;
