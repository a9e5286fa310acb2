/** Keys of classes and attributes. */

/** The key that a name suggests: "Tower crane" is `tower_crane`. */
export function keyFrom(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.-]+/gu, "_")
    .replace(/^[_.-]+|[_.-]+$/g, "")
    .slice(0, 64);
}

/** The list with `key` moved by so many places, as far as there are any. */
export function moved(keys: readonly string[], key: string, by: number): string[] {
  const from = keys.indexOf(key);
  const to = Math.max(0, Math.min(keys.length - 1, from + by));
  const rest = keys.filter((one) => one !== key);
  return [...rest.slice(0, to), key, ...rest.slice(to)];
}

/** The code list of a text, one entry a line: `flat` or `flat = Flat roof`. */
export function codesOf(text: string): { code: string; name: string }[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [code = "", ...name] = line.split("=");
      return { code: code.trim(), name: name.join("=").trim() || code.trim() };
    });
}

/** The text that `codesOf` reads. */
export function textOfCodes(choices: readonly { readonly code: string; readonly name: string }[]): string {
  return choices.map(({ code, name }) => (code === name ? code : `${code} = ${name}`)).join("\n");
}
