/** Names of keys that hold on every keyboard layout and with every input method. */

/** The part of a keyboard event that says which key it was. */
export type Pressed = Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "shiftKey"> &
  Partial<Pick<KeyboardEvent, "code" | "getModifierState">>;

/** Characters of keys that commands use besides letters and digits, on a keyboard with Latin letters. */
const MARKS: Readonly<Record<string, string>> = {
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Period: ".",
  Minus: "-",
  Equal: "=",
};

/**
 * The lower-case character or name of a key.
 *
 * What is printed on a Latin keyboard counts, wherever the key is. Where the key gives no ASCII character, of another
 * script, an accented one, or an input method takes it, its place counts: `code`.
 */
export function keyOf(event: Pressed): string {
  const { key } = event;
  const taken = key === "Process" || key === "Unidentified";
  const isCharacter = [...key].length === 1;
  if (!taken && (!isCharacter || /^[\x20-\x7e]$/.test(key))) return key.toLowerCase();
  // AltGr makes characters of its own: they are no letters with a modifier.
  if (event.getModifierState?.("AltGraph") || (event.ctrlKey && event.altKey)) return key.toLowerCase();
  const code = event.code ?? "";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const digit = event.shiftKey ? undefined : /^Digit(\d)$/.exec(code)?.[1];
  const mark = taken || !/\p{Script=Latin}/u.test(key) ? MARKS[code] : undefined;
  return letter?.toLowerCase() ?? digit ?? mark ?? key.toLowerCase();
}

/** The digit of a key in the row above the letters, where its layout has another character there without Shift. */
export function digitOf({ key, code, altKey, ctrlKey, shiftKey }: Pressed): string | null {
  const digit = /^Digit(\d)$/.exec(code ?? "")?.[1];
  return digit && !shiftKey && !altKey && !ctrlKey && !/^\d$/.test(key) ? digit : null;
}

/** Which keys are down, for a key that is held repeats even where the system does not say so. */
export class HeldKeys {
  readonly #down = new Set<string>();

  /** A key went down; return whether it was down before. */
  press({ code, repeat, metaKey }: KeyboardEvent): boolean {
    // While Command is down, macOS does not say that a letter was let go.
    if (metaKey || !code) return repeat;
    const held = repeat || this.#down.has(code);
    this.#down.add(code);
    return held;
  }

  letGo({ code, key }: KeyboardEvent): void {
    if (key === "Meta") this.clear();
    else this.#down.delete(code);
  }

  /** The page no longer learns what is let go. */
  clear(): void {
    this.#down.clear();
  }
}
