/** What the server says is wrong with the project, in words and with what to do. */

import type { FindingKind, HealthFindingReply } from "../wire";
import { TEXTS } from "../../texts";
import { formatHash } from "./view";

export type Finding = HealthFindingReply;

export interface Row {
  readonly heading: string;
  /** The server's own sentence. */
  readonly message: string;
  /** What to do about it; commands are between backticks. */
  readonly remedy: string;
  readonly links: readonly Link[];
  /** Features that are not among the links. */
  readonly unnamed: number;
}

export interface Link {
  readonly label: string;
  /** Hash of the page that opens it. */
  readonly hash: string;
}

const CALM_MS = 60_000;
const WATCHFUL_MS = 20_000;

/** Milliseconds until the server is asked again: rarely, and a little less so while something is wrong. */
export const pauseAfterFindings = (findings: readonly Finding[]): number => (findings.length ? WATCHFUL_MS : CALM_MS);

/** Return a finding as a row of the list. */
export function rowOf(finding: Finding): Row {
  const { kind, message, scene_id: scene, scene: name, uids, features } = finding;
  const [heading, remedy] = TEXTS.health.kinds[kind] ?? TEXTS.health.other;
  const links = scene === null || name === null ? [] : linksOf(scene, name, uids);
  return { heading, message: sentence(message), remedy, links, unnamed: features - uids.length };
}

/** Return a text that is the same for the same findings, whatever their ages and numbers. */
export const signatureOf = (findings: readonly Finding[]): string =>
  JSON.stringify(findings.map(({ kind, scene_id: scene, uids }) => [kind, scene, uids]));

function linksOf(scene: number, name: string, uids: readonly string[]): Link[] {
  const hash = (feature?: string): string => formatHash({ scene, view: null, ...(feature && { feature }) });
  if (!uids.length) return [{ label: TEXTS.health.scene(name), hash: hash() }];
  return uids.map((uid) => ({ label: TEXTS.health.feature(uid.slice(0, 8), name), hash: hash(uid) }));
}

/** Return a message with a capital at its beginning and a full stop at its end. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

export type { FindingKind };
