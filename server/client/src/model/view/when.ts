/** Times as people say them: "27 min ago". */

import { TEXTS } from "../../texts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From so many days on the date is said. */
const LONGEST_DAYS = 14;

/** How long ago a time (ISO 8601) was at `now` (milliseconds); "" for what is no time. */
export function ago(iso: string, now: number): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return "";
  // The server's clock may be ahead of this one.
  const past = Math.max(0, now - time);
  if (past < MINUTE_MS) return TEXTS.when.now;
  if (past < HOUR_MS) return TEXTS.when.minutes(Math.floor(past / MINUTE_MS));
  if (past < DAY_MS) return TEXTS.when.hours(Math.floor(past / HOUR_MS));
  if (past < LONGEST_DAYS * DAY_MS) return TEXTS.when.days(Math.floor(past / DAY_MS));
  return localTime(iso).slice(0, 10);
}

/** "2026-05-03 14:05" in this computer's time; "" for what is no time. */
export function localTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return "";
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The first moment of the day of `now` in this computer's time, as UTC in ISO 8601. */
export function dayStart(now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString();
}
