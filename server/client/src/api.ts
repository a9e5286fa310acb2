/** The HTTP interface of the server, as typed functions. */

import type { Extent, Feature } from "./model/feature";
import { fromWire } from "./model/from_wire";
import { toWire } from "./model/labels/edit";
import type { Entry, Outcome } from "./model/labels/outbox";
import type { SeenBatch, SeenOutcome } from "./model/labels/seen_outbox";
import { STATES } from "./model/view/filter";
import type { Prompt } from "./model/view/outlining";
import { MEDIA_TYPE, unpack } from "./model/view/packed";
import type { QueueOrder } from "./model/view/queue_order";
import type { Version } from "./model/labels/versions";
import type { QueueKind, ReviewItem } from "./model/view/review";
import { BINS } from "./model/view/scores";
import type {
  BookmarkBody,
  BookmarkReply,
  BookmarksReply,
  BookmarkState,
  ChangesetReply,
  ChannelReply,
  ClassesReply,
  ClassReply,
  CompletionBody,
  CompletionsReply,
  DecisionReply,
  DensityReply,
  FacetsReply,
  FeatureDetailReply,
  HealthDetailsReply,
  HealthFindingReply,
  HistogramReply,
  JobDetailReply,
  JobReply,
  JobRequestsReply,
  JobsReply,
  SceneLayerReply,
  SceneLayersReply,
  PlacesReply,
  LayerViewReply,
  OutlinesReply,
  PaceReply,
  PairReply,
  PairsReply,
  PinBody,
  PinReply,
  PinsReply,
  ProblemReply,
  ProjectReply,
  QueueReply,
  SceneReply,
  ScenesReply,
  SceneSummaryReply,
  ScoresReply,
  StepReply,
  StepsReply,
  SeenReply,
  UidsReply,
} from "./model/wire";
import { TEXTS } from "./texts";

export type {
  BookmarkState as Bookmark,
  FilterState as BookmarkedFilter,
  ClassReply as LabelClass,
  PaceReply as Pace,
  PairReply as Pair,
  PinBody,
  PinReply as Pin,
  ProjectReply as Project,
  SceneReply as Scene,
  SceneSummaryReply as SceneSummary,
} from "./model/wire";

export interface Page {
  readonly features: Feature[];
  readonly total: number;
  readonly truncated: boolean;
}

/** A problem document; a proxy before the server may answer with something else. */
type ProblemDetail = Partial<ProblemReply>;

/** An answer other than 200, with the server's own sentence. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What the server said besides. */
    readonly problem: ProblemDetail = {},
  ) {
    super(message);
  }
}

function sentence(problem: ProblemDetail, status: number): string {
  // Said by the server or by a proxy before it; to an analyst both mean the same.
  if (status === 413) return TEXTS.server.tooLarge;
  const fields = problem.errors?.map((e) => `${e.field}: ${e.message}`).join("; ");
  return fields || problem.detail || problem.title || TEXTS.server.answered(status);
}

async function problemOf(response: Response): Promise<ProblemDetail> {
  return (await response.json().catch(() => ({}))) as ProblemDetail;
}

export const get = <T>(path: string): Promise<T> => ask(path, {});

export const post = <T>(path: string, body: object): Promise<T> =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const put = <T>(path: string, body: object): Promise<T> =>
  ask(path, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  return (await (await reply(path, request)).json()) as T;
}

async function reply(path: string, request: RequestInit): Promise<Response> {
  const response = await fetch(path, { signal: AbortSignal.timeout(30_000), ...request });
  if (response.ok) return response;
  const problem = await problemOf(response);
  throw new HttpError(response.status, sentence(problem, response.status), problem);
}

export const project = (): Promise<ProjectReply> => get("/api/project");

export const classes = async (): Promise<readonly ClassReply[]> => (await get<ClassesReply>("/api/classes")).classes;

export const scenes = async (): Promise<readonly SceneSummaryReply[]> => (await get<ScenesReply>("/api/scenes")).scenes;

/** How many proposals people decided since a moment, in ISO 8601, and how fast. */
export const pace = (since: string): Promise<PaceReply> => get(`/api/pace?since=${encodeURIComponent(since)}`);

export const scene = (id: number): Promise<SceneReply> => get(`/api/scenes/${id}`);

export const pairs = async (id: number): Promise<readonly PairReply[]> =>
  (await get<PairsReply>(`/api/scenes/${id}/pairs`)).pairs;

/** The path of something of a scene, with a filter as `toQuery` gives it. */
function filtered(sceneId: number, what: string, query: string, more: Record<string, string | number> = {}): string {
  const all = new URLSearchParams(query);
  for (const [key, value] of Object.entries(more)) all.set(key, String(value));
  const text = all.toString().replaceAll("%2C", ",");
  return `/api/scenes/${sceneId}/${what}${text && `?${text}`}`;
}

/** Longest wait for a bookmark: without it a scene opens as if it were new. */
const BOOKMARK_MS = 3000;

/** Bookmark on its way; a question for bookmarks comes after it. */
let noting: Promise<unknown> = Promise.resolve();

/** Where an author left a scene; null where that is not known, or not told. */
export async function bookmark(sceneId: number, author: string): Promise<BookmarkState | null> {
  const path = `/api/scenes/${sceneId}/bookmark?${new URLSearchParams({ author })}`;
  const signal = AbortSignal.timeout(BOOKMARK_MS);
  const given = new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null)));
  const asked = noting.then(() => ask<BookmarkReply>(path, { signal })).catch(() => null);
  return (await Promise.race([asked, given]))?.bookmark ?? null;
}

/** Note where an author is; it is sent although the page goes. */
export function putBookmark(sceneId: number, body: BookmarkBody): void {
  noting = ask(`/api/scenes/${sceneId}/bookmark`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    keepalive: true,
  }).catch(() => undefined);
}

/** Numbers of the scenes that an author was in, the last one first. */
export async function leftScenes(author: string): Promise<readonly number[]> {
  await noting;
  return (await get<BookmarksReply>(`/api/bookmarks?${new URLSearchParams({ author })}`)).bookmarks.map(
    ({ scene_id: id }) => id,
  );
}

export async function features(sceneId: number, bbox: Extent, query: string): Promise<Page> {
  const path = filtered(sceneId, "features", query, { bbox: bbox.join(",") });
  return unpack(await (await reply(path, { headers: { Accept: MEDIA_TYPE } })).arrayBuffer());
}

/** The features of a box, or with null of the scene, by uid, at most `limit` of them, and how many there are of each state. */
export const uids = (sceneId: number, bbox: Extent | null, query: string, limit: number): Promise<UidsReply> =>
  get(filtered(sceneId, "uids", query, { ...(bbox && { bbox: bbox.join(",") }), limit }));

/** Who changes labels, with which token, in which project. */
export interface Signed {
  readonly token: string;
  readonly project: string;
  readonly author: string;
}

/** Accept or reject the open proposals of a box and filter, as far as they had been there at changeset `seen`. */
export const decide = (
  sceneId: number,
  bbox: Extent,
  query: string,
  decision: Signed & { readonly state: "accepted" | "rejected"; readonly seen: number },
): Promise<DecisionReply> => post(filtered(sceneId, "decisions", query, { bbox: bbox.join(",") }), decision);

export const takeBack = (sceneId: number, changeset: number, signed: Signed): Promise<DecisionReply> =>
  post(`/api/scenes/${sceneId}/decisions/${changeset}/undo`, signed);

export const density = (sceneId: number, bbox: Extent, cell: number, query: string): Promise<DensityReply> =>
  get(filtered(sceneId, "density", query, { bbox: bbox.join(","), cell }));

export const scores = (sceneId: number, query: string): Promise<ScoresReply> =>
  get(filtered(sceneId, "scores", query, { bins: BINS }));

export async function feature(uid: string): Promise<Feature> {
  return fromWire((await get<FeatureDetailReply>(`/api/features/${uid}`)).feature);
}

/** An object and its revisions, the oldest first. */
export async function versions(uid: string): Promise<{ feature: Feature; versions: readonly Version[] }> {
  const { feature: now, history } = await get<FeatureDetailReply>(`/api/features/${uid}`);
  const past = history.map(({ feature: then, ...one }) => ({ ...one, feature: fromWire(then) }));
  return { feature: fromWire(now), versions: past };
}

/** The last steps of a person on a scene, the newest first. */
export const steps = async (sceneId: number, author: string): Promise<readonly StepReply[]> =>
  (await get<StepsReply>(`/api/scenes/${sceneId}/steps?${new URLSearchParams({ author }).toString()}`)).steps;

/** Which ground of a scene anybody, and an author, has seen. */
export const seen = (sceneId: number, author: string): Promise<SeenReply> =>
  get(`/api/scenes/${sceneId}/seen?${new URLSearchParams({ author }).toString()}`);

/** Whether a scene is complete, and all that was said of it. */
export const completions = (sceneId: number): Promise<CompletionsReply> => get(`/api/scenes/${sceneId}/completion`);

/** Say that a scene is complete, or take it back. */
export const complete = (sceneId: number, word: CompletionBody): Promise<CompletionsReply> =>
  post(`/api/scenes/${sceneId}/completion`, word);

/** The questions on places of a scene, oldest first; none that are removed. */
export const pins = async (sceneId: number): Promise<readonly PinReply[]> =>
  (await get<PinsReply>(`/api/scenes/${sceneId}/pins`)).pins;

/** Make a pin or change one; 409 has the pin as it is now in its `problem`. */
export const putPin = (sceneId: number, pin: PinBody): Promise<PinReply> => post(`/api/scenes/${sceneId}/pins`, pin);

/** Function that posts what was seen of scenes of one project. */
export const seenSender =
  (project: string) =>
  async ({ sceneId, author, windows }: SeenBatch): Promise<SeenOutcome> => {
    try {
      await post(`/api/scenes/${sceneId}/seen`, { project, author, windows });
      return "saved";
    } catch (error) {
      const isRefused = error instanceof HttpError && REFUSALS.has(error.status);
      return isRefused ? "refused" : "later";
    }
  };

/** Values in a part of a scene, as tiles with `query` show it. */
export const histogram = async (sceneId: number, extent: Extent, query: string): Promise<readonly ChannelReply[]> =>
  (await get<HistogramReply>(`/api/scenes/${sceneId}/histogram?extent=${extent.join(",")}${query}`)).channels;

/** Places of a name in the project's gazetteer, those in the scene first. */
export const places = (sceneId: number, text: string): Promise<PlacesReply> =>
  get(`/api/scenes/${sceneId}/places?text=${encodeURIComponent(text)}`);

/** What can be shown with a scene: reference layers of the project, and other scenes of the same ground. */
export const layers = async (sceneId: number): Promise<readonly SceneLayerReply[]> =>
  (await get<SceneLayersReply>(`/api/scenes/${sceneId}/layers`)).layers;

/** What of a reference layer lies in a part of a scene, in the scene's CRS. */
export const layerView = (sceneId: number, key: string, extent: Extent, resolution: number): Promise<LayerViewReply> =>
  get(`/api/scenes/${sceneId}/layers/${encodeURIComponent(key)}?extent=${extent.join(",")}&resolution=${resolution}`);

export const facets = (sceneId: number): Promise<FacetsReply> => get(`/api/scenes/${sceneId}/facets`);

/** What is to be reviewed that passes a filter, in an order: proposals, or unsure ones of its states. */
export async function queue(
  sceneId: number,
  query: string,
  order: QueueOrder,
  kind: QueueKind,
): Promise<readonly ReviewItem[]> {
  const rest = new URLSearchParams(query);
  if (kind === "proposals") rest.delete("state");
  else if (!rest.has("state")) rest.set("state", STATES.join(","));
  // What is unsure has a queue of its own; a filter that says otherwise holds.
  if (kind === "unsure" || !rest.has("unsure")) rest.set("unsure", String(kind === "unsure"));
  return (await get<QueueReply>(filtered(sceneId, "queue", rest.toString(), { order }))).items;
}

/** Outlines of what is pointed at, the best first. */
export const outline = (sceneId: number, prompt: Prompt, classKey: string): Promise<OutlinesReply> =>
  post<OutlinesReply>(`/api/scenes/${sceneId}/outline`, { ...prompt, class: classKey });

/** What is wrong with the project; nothing where all is well. */
export const findings = async (): Promise<readonly HealthFindingReply[]> =>
  (await get<HealthDetailsReply>("/api/health/details")).findings;

export const jobs = async (): Promise<readonly JobReply[]> => (await get<JobsReply>("/api/jobs")).jobs;

/** Jobs that have ended since a moment, by the clock of the server, and that clock; since null only the clock counts. */
export const endedJobs = (since: string | null): Promise<JobsReply> => {
  const query = since === null ? "limit=1" : `limit=1000&since=${encodeURIComponent(since)}`;
  return get(`/api/jobs?state=done,partial&${query}`);
};

/** Jobs by the request that recorded them. */
export const jobRequests = (): Promise<JobRequestsReply> => get("/api/jobs/requests");

export const jobsOfRequest = async (token: string): Promise<readonly JobReply[]> =>
  (await get<JobsReply>(`/api/jobs?request=${encodeURIComponent(token)}`)).jobs;

/** Cancel, or queue again, what can be of a request. */
export const actOnRequest = (token: string, what: "cancel" | "retry"): Promise<JobsReply> =>
  post(`/api/jobs/requests/${what}`, { token });

/** Remove the file of an export. */
export const removeResult = (id: number): Promise<JobDetailReply> => post(`/api/jobs/${id}/result/remove`, {});

export const job = (id: number): Promise<JobDetailReply> => get(`/api/jobs/${id}`);

export const cancelJob = (id: number): Promise<JobDetailReply> => post(`/api/jobs/${id}/cancel`, {});

export const retryJob = (id: number): Promise<JobDetailReply> => post(`/api/jobs/${id}/retry`, {});

/** Statuses that say the edit itself is at fault, so that sending it again as it is cannot help. */
const REFUSALS = new Set([400, 404, 409, 410, 413, 415, 422]);

const UNKNOWN_CLASS = "urn:geoengine:problem:unknown-class";

const OTHER_PROJECT = "urn:geoengine:problem:other-project";

/** Function that posts the entries of one project's outbox. Never throws: what went wrong is the outcome. */
export const sender =
  (project: string) =>
  async (entry: Entry): Promise<Outcome> =>
    (await withoutBase(entry)) ?? (await send(project, entry));

/**
 * The outcome for an entry that has lost the revisions it stands on: the analyst is asked, nothing is overwritten.
 *
 * Null for every other entry.
 */
async function withoutBase({ edits }: Entry): Promise<Outcome | null> {
  const lost = edits.filter(({ edit, base }) => edit.op !== "create" && base === null);
  if (!lost.length) return null;
  try {
    const theirs = await Promise.all(lost.map(({ edit }) => feature(edit.uid)));
    return { kind: "conflict", theirs, message: TEXTS.server.baseLost };
  } catch (error) {
    const refused = error instanceof HttpError && REFUSALS.has(error.status);
    return { kind: refused ? "refused" : "unreachable", message: (error as Error).message };
  }
}

async function send(project: string, { token, sceneId, author, edits: based }: Entry): Promise<Outcome> {
  const edits = based.map(({ edit, base }) =>
    edit.op === "create" ? toWire(edit) : { ...toWire(edit), base_revision: base },
  );
  try {
    const response = await fetch(`/api/scenes/${sceneId}/changesets`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token, project, author, edits }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.ok) {
      const answer = (await response.json()) as ChangesetReply;
      return { kind: "saved", features: answer.features.map(fromWire) };
    }
    const problem = await problemOf(response);
    const message = sentence(problem, response.status);
    const theirs = problem.conflicts?.map((c) => fromWire(c.current)) ?? [];
    if (problem.type === OTHER_PROJECT) return { kind: "elsewhere", message };
    if (response.status === 409 && theirs.length) return { kind: "conflict", theirs, message };
    if (problem.type === UNKNOWN_CLASS) return { kind: "refused", message, reason: "unknown-class" };
    if (REFUSALS.has(response.status)) return { kind: "refused", message };
    return { kind: "unreachable", message, failed: response.status === 500 };
  } catch (error) {
    return { kind: "unreachable", message: String(error) };
  }
}
