/** Identifiers made here; `crypto.randomUUID` is missing on plain-http hosts other than localhost. */

/** The 32 hexadecimal digits of a random version 4 UUID. */
export function identifier(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

let count = 0;

/** An identifier that sorts, as text, in the order in which such identifiers were made. */
export function sequential(): string {
  const digits = (n: number, width: number): string => String(n).padStart(width, "0");
  return `${digits(Date.now(), 15)}-${digits(count++, 8)}-${identifier().slice(0, 8)}`;
}
