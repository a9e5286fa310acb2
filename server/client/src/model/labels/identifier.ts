/** Identifiers made here; `crypto.randomUUID` is missing on plain-http hosts other than localhost. */

/** The 32 hexadecimal digits of a random version 4 UUID. */
export function identifier(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

let count = 0;
let newest = 0;

/**
 * An identifier that sorts, as text, behind those made before and behind `after`.
 *
 * The clock only says where to begin: it may be set back while edits wait.
 */
export function sequential(after = ""): string {
  const digits = (n: number, width: number): string => String(n).padStart(width, "0");
  const last = /^\d{15}-/.test(after) ? Number(after.slice(0, 15)) + 1 : 0;
  newest = Math.max(newest, Date.now(), last);
  return `${digits(newest, 15)}-${digits(count++, 8)}-${identifier().slice(0, 8)}`;
}
