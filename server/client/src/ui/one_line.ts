/** Fields of one line: what is pasted keeps its words apart. */

import { oneLine } from "../desk/saying";

/** Make one line of what is pasted into a field, which would drop the breaks and join the words around them. */
export function pasteOneLine(input: HTMLInputElement, changed: () => void): void {
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (oneLine(text) === text) return;
    event.preventDefault();
    const end = input.selectionEnd ?? input.value.length;
    input.setRangeText(oneLine(text), input.selectionStart ?? end, end, "end");
    changed();
  });
}
