/** The HTTP interface of the server, as typed functions. */

import type { Density } from "./model/view/density";
import type { Extent, Feature, WireFeature } from "./model/feature";
import { fromWire } from "./model/feature";
import type { Entry, Outcome } from "./model/labels/outbox";
import type { Job, JobDetail } from "./model/view/jobs";
import type { Outline, Prompt } from "./model/view/outlining";
import { MEDIA_TYPE, unpack } from "./model/view/packed";
import type { QueueItem } from "./model/view/review";
import type { ScoreCounts } from "./model/view/scores";
import { BINS } from "./model/view/scores";

export interface LabelClass {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly hotkey: string | null;
}

export interface Project {
  readonly name: string;
  readonly marking: string | null;
  readonly author: string | null;
  readonly version: string;
  readonly classes: readonly LabelClass[];
}

export type Counts = Record<"proposed" | "accepted" | "rejected", number>;

export interface SceneSummary {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly gsd_m: number | null;
  readonly crs: string | null;
  readonly acquired_at: string | null;
  readonly sensor: string | null;
  readonly marking: string | null;
  readonly counts: Counts;
  /** Rings in longitude and latitude, one for each side of the antimeridian; null without a place on the Earth. */
  readonly footprint: readonly (readonly (readonly [number, number])[])[] | null;
  readonly thumbnail: string;
}

export interface Scene extends SceneSummary {
  readonly units: "m" | "degrees" | "ft" | "us-ft" | "pixels";
  /** pixel -> world: x = a col + b row + c, y = d col + e row + f. */
  readonly transform: readonly [number, number, number, number, number, number];
  readonly extent: Extent;
  readonly tiles: {
    readonly url: string;
    readonly tile_size: number;
    readonly resolutions: readonly number[];
    readonly origin: readonly [number, number];
  };
  readonly native_resolution: number;
  /** Where its pixels lie on the Earth (`model/chart.ts`); null without a CRS, or not all on the Earth. */
  readonly chart: { readonly coefficients: readonly (readonly (readonly number[])[])[] } | null;
  readonly looks: Looks;
}

/** How a scene is shown, and what else its tiles can be asked for. */
export interface Looks {
  /** A name for each band. */
  readonly bands: readonly string[];
  /** Of "natural", "cir" and "ndvi" those that the bands allow. */
  readonly combinations: readonly string[];
  readonly colormaps: readonly string[];
  readonly stretch: {
    readonly bands: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly gamma: number;
    readonly index: string | null;
    readonly colormap: string | null;
  };
}

/** Another scene of the same ground, taken on another date. */
export interface Pair {
  readonly scene_id: number;
  readonly name: string;
  readonly acquired_at: string;
  readonly marking: string | null;
  /** From this scene's date to the other's; negative where that one is earlier. */
  readonly days: number;
  readonly overlap: number;
  /** The other scene's tiles, drawn on this one's grid. */
  readonly tiles: string;
}

/** What a scene's features differ by, and how many there are of each. */
export interface Facets {
  readonly models: Readonly<Record<string, number>>;
  readonly authors: Readonly<Record<string, number>>;
}

export interface Page {
  readonly features: Feature[];
  readonly total: number;
  readonly truncated: boolean;
}

interface ProblemDetail {
  type?: string;
  title?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
  conflicts?: { current: WireFeature }[];
}

/** An answer other than 200, with the server's own sentence. */
export class HttpError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

function sentence(problem: ProblemDetail, status: number): string {
  // Said by the server or by a proxy before it; to an analyst both mean the same.
  if (status === 413) return "This is more than the server takes at once. Do it in smaller steps, or simplify the outline first.";
  const fields = problem.errors?.map((e) => `${e.field}: ${e.message}`).join("; ");
  return fields || problem.detail || problem.title || `The server answered ${status}.`;
}

async function problemOf(response: Response): Promise<ProblemDetail> {
  return (await response.json().catch(() => ({}))) as ProblemDetail;
}

const get = <T>(path: string): Promise<T> => ask(path, {});

const post = <T>(path: string, body: object): Promise<T> =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  return (await (await reply(path, request)).json()) as T;
}

async function reply(path: string, request: RequestInit): Promise<Response> {
  const response = await fetch(path, { ...request, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new HttpError(response.status, sentence(await problemOf(response), response.status));
  return response;
}

export const project = (): Promise<Project> => get("/api/project");

export const classes = async (): Promise<LabelClass[]> => (await get<{ classes: LabelClass[] }>("/api/classes")).classes;

export const scenes = async (): Promise<SceneSummary[]> =>
  (await get<{ scenes: SceneSummary[] }>("/api/scenes")).scenes;

export const scene = (id: number): Promise<Scene> => get(`/api/scenes/${id}`);

export const pairs = async (id: number): Promise<Pair[]> =>
  (await get<{ pairs: Pair[] }>(`/api/scenes/${id}/pairs`)).pairs;

/** The path of something of a scene, with a filter as `toQuery` gives it. */
function filtered(sceneId: number, what: string, query: string, more: Record<string, string | number> = {}): string {
  const all = new URLSearchParams(query);
  for (const [key, value] of Object.entries(more)) all.set(key, String(value));
  const text = all.toString().replaceAll("%2C", ",");
  return `/api/scenes/${sceneId}/${what}${text && `?${text}`}`;
}

export async function features(sceneId: number, bbox: Extent, query: string): Promise<Page> {
  const path = filtered(sceneId, "features", query, { bbox: bbox.join(","), limit: 20_000 });
  return unpack(await (await reply(path, { headers: { Accept: MEDIA_TYPE } })).arrayBuffer());
}

export const density = (sceneId: number, bbox: Extent, cell: number, query: string): Promise<Density> =>
  get(filtered(sceneId, "density", query, { bbox: bbox.join(","), cell }));

export const scores = (sceneId: number, query: string): Promise<ScoreCounts> => get(filtered(sceneId, "scores", query, { bins: BINS }));

export async function feature(uid: string): Promise<Feature> {
  return fromWire((await get<{ feature: WireFeature }>(`/api/features/${uid}`)).feature);
}

export const facets = (sceneId: number): Promise<Facets> => get(`/api/scenes/${sceneId}/facets`);

/** The proposals that pass a filter, whatever it says about states. */
export async function queue(sceneId: number, query: string): Promise<QueueItem[]> {
  const rest = new URLSearchParams(query);
  rest.delete("state");
  return (await get<{ items: QueueItem[] }>(filtered(sceneId, "queue", rest.toString()))).items;
}

/** Outlines of what is pointed at, the best first. */
export const outline = async (sceneId: number, prompt: Prompt, classKey: string): Promise<Outline[]> =>
  (await post<{ outlines: Outline[] }>(`/api/scenes/${sceneId}/outline`, { ...prompt, class: classKey })).outlines;

export const jobs = async (): Promise<Job[]> => (await get<{ jobs: Job[] }>("/api/jobs")).jobs;

export const job = (id: number): Promise<JobDetail> => get(`/api/jobs/${id}`);

export const cancelJob = (id: number): Promise<JobDetail> => post(`/api/jobs/${id}/cancel`, {});

export const retryJob = (id: number): Promise<JobDetail> => post(`/api/jobs/${id}/retry`, {});

/** Statuses that say the edit itself is at fault, so that sending it again as it is cannot help. */
const REFUSALS = new Set([400, 404, 409, 410, 413, 415, 422]);

const UNKNOWN_CLASS = "urn:geoengine:problem:unknown-class";

/** Posts one entry of the outbox. Never throws: what went wrong is the outcome. */
export async function send({ token, sceneId, author, edits: based }: Entry): Promise<Outcome> {
  const edits = based.map(({ edit, base }) => (edit.op === "create" ? edit : { ...edit, base_revision: base }));
  try {
    const response = await fetch(`/api/scenes/${sceneId}/changesets`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, author, edits }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.ok) {
      const answer = (await response.json()) as { features: WireFeature[] };
      return { kind: "saved", features: answer.features.map(fromWire) };
    }
    const problem = await problemOf(response);
    const message = sentence(problem, response.status);
    const theirs = problem.conflicts?.map((c) => fromWire(c.current)) ?? [];
    if (response.status === 409 && theirs.length) return { kind: "conflict", theirs, message };
    if (problem.type === UNKNOWN_CLASS) return { kind: "refused", message, reason: "unknown-class" };
    if (REFUSALS.has(response.status)) return { kind: "refused", message };
    return { kind: "unreachable", message, failed: response.status === 500 };
  } catch (error) {
    return { kind: "unreachable", message: String(error) };
  }
}
