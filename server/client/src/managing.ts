/** The part of the HTTP interface that manages the project. */

import { get, HttpError, post, put } from "./api";
import type {
  AddImageryBody,
  ExportWork,
  FinetuneWork,
  ImageryFilesReply,
  ImageryReply,
  JobReply,
  JobsReply,
  LayerFilesReply,
  LayerReply,
  ModelResultsReply,
  ModelsReply,
  OutlookReply,
  PieceReply,
  PrelabelWork,
  ProblemReply,
  UploadReply,
} from "./model/wire";
import { TEXTS } from "./texts";
import type { ClassBody, ClassesReply, ClassAttributeBody } from "./model/wire";

/** The list of classes, with the number of labels of each where that is asked for. */
export const classes = (counts: boolean): Promise<ClassesReply> => get(`/api/classes${counts ? "?counts=true" : ""}`);

/** Whom a change of the classes is by, in which project, and on which list it was made. */
export interface OnList {
  readonly version: string;
  readonly project: string;
  readonly author: string;
}

type News<T> = Partial<Omit<T, keyof OnList>>;

const path = (key: string, ...rest: readonly string[]): string =>
  ["/api/classes", ...[key, ...rest].map(encodeURIComponent)].join("/");

/** Make a change on the list that is shown, and say so; false where it was refused. */
export type Change = (
  make: (on: OnList) => Promise<ClassesReply>,
  said: string | ((now: ClassesReply) => string),
) => Promise<boolean>;

export const addClass = (on: OnList, one: News<ClassBody> & { key: string }): Promise<ClassesReply> =>
  post("/api/classes", { ...on, ...one });

export const changeClass = (on: OnList, key: string, news: News<ClassBody>): Promise<ClassesReply> =>
  put(path(key), { ...on, ...news });

export const orderClasses = (on: OnList, keys: readonly string[]): Promise<ClassesReply> =>
  put("/api/classes", { ...on, keys });

export const retireClass = (on: OnList, key: string): Promise<ClassesReply> => post(path(key, "retire"), on);

export const mergeClass = (on: OnList, key: string, into: string): Promise<ClassesReply> =>
  post(path(key, "merge"), { ...on, into });

export const setAttribute = (
  on: OnList,
  key: string,
  attribute: string,
  as: News<ClassAttributeBody>,
): Promise<ClassesReply> => put(path(key, "attributes", attribute), { ...on, ...as });

/** Put the attributes of a class into another order. */
export const orderAttributes = (on: OnList, key: string, keys: readonly string[]): Promise<ClassesReply> =>
  put(path(key, "attributes"), { ...on, keys });

export const retireAttribute = (on: OnList, key: string, attribute: string): Promise<ClassesReply> =>
  post(path(key, "attributes", attribute, "retire"), on);

export type AskedPrelabel = Partial<PrelabelWork> & Pick<PrelabelWork, "kind" | "model">;
export type AskedFinetune = Partial<FinetuneWork> & Pick<FinetuneWork, "kind" | "model">;
type Asked = AskedPrelabel | AskedFinetune | (Partial<ExportWork> & { readonly kind: "export" });

/** The model packages with their cards. */
export const models = (): Promise<ModelsReply> => get("/api/models");

/** How the models did in this project. */
export const modelResults = (): Promise<ModelResultsReply> => get("/api/models/here");

/** What some work would do. */
export const outlook = (work: AskedPrelabel | AskedFinetune): Promise<OutlookReply> =>
  post("/api/models/outlook", { work });

/** Queue work for a worker; the same token again gets the same jobs again. */
export const queueJobs = async (token: string, work: Asked): Promise<readonly JobReply[]> =>
  (await post<JobsReply>("/api/jobs", { token, work })).jobs;

/** Folders of the server that imagery can be added from, and the room for uploads. */
export const imagery = (): Promise<ImageryReply> => get("/api/imagery");

/** Subfolders and rasters of an allowed folder. */
export const imageryFiles = (folder: string, path: string): Promise<ImageryFilesReply> =>
  get(`/api/imagery/files?${new URLSearchParams({ folder, path }).toString()}`);

/** In which project a change is made, and by whom. */
export interface Signed {
  readonly project: string;
  readonly author: string;
}

/** Subfolders, vector files and archives of map tiles of an allowed folder. */
export const layerFiles = (folder: string, path: string): Promise<LayerFilesReply> =>
  get(`/api/layers/files?${new URLSearchParams({ folder, path }).toString()}`);

/** Add a reference layer from an allowed folder. */
export const addLayer = (body: Signed & { readonly folder: string; readonly path: string }): Promise<LayerReply> =>
  post("/api/layers", body);

/** Take a reference layer out of the project. */
export const removeLayer = (key: string, signed: Signed): Promise<LayerReply> =>
  post(`/api/layers/${encodeURIComponent(key)}/remove`, signed);

/** Queue a job that adds rasters of an allowed folder. */
export const addImagery = (body: Partial<AddImageryBody> & Pick<AddImageryBody, "token" | "folder" | "names">) =>
  post<JobReply>("/api/imagery", body);

/** Begin an upload, or go on with the one of this token. */
export const beginUpload = (
  token: string,
  project: string,
  files: readonly { readonly name: string; readonly size: number }[],
): Promise<UploadReply> =>
  post("/api/uploads", { token, project, files: files.map(({ name, size }) => ({ name, size })) });

export const upload = (token: string): Promise<UploadReply> => get(`/api/uploads/${token}`);

/** Queue a job that adds what was uploaded. */
export const finishUpload = (token: string, nodata: string | null): Promise<JobReply> =>
  post(`/api/uploads/${token}/finish`, { nodata });

export const cancelUpload = (token: string): Promise<UploadReply> => post(`/api/uploads/${token}/cancel`, {});

/** Send a piece of a file; return where the next one begins, also where this one was not the next. */
export async function putPiece(
  token: string,
  file: number,
  offset: number,
  piece: ArrayBuffer,
  signal: AbortSignal,
): Promise<number> {
  const headers = { "Content-Type": "application/octet-stream" };
  const path = `/api/uploads/${token}/${file}?offset=${offset}`;
  const response = await fetch(path, { method: "PUT", headers, body: piece, signal });
  const said = (await response.json().catch(() => ({}))) as Partial<PieceReply & ProblemReply>;
  const right = response.ok || response.status === 409 ? said.offset : undefined;
  if (typeof right === "number") return right;
  throw new HttpError(response.status, said.detail ?? TEXTS.server.answered(response.status));
}
