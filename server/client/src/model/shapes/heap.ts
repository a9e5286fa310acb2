/** A queue that gives back the item with the least weight first. */

export class Heap<T> {
  readonly #entries: { weight: number; item: T }[] = [];

  push(weight: number, item: T): void {
    const entries = this.#entries;
    let at = entries.push({ weight, item }) - 1;
    for (let up = (at - 1) >> 1; at > 0 && entries[up]!.weight > weight; at = up, up = (at - 1) >> 1) {
      [entries[at], entries[up]] = [entries[up]!, entries[at]!];
    }
  }

  pop(): { weight: number; item: T } | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (entries.length === 0 || !last) return top;
    entries[0] = last;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < entries.length && entries[left]!.weight < entries[least]!.weight) least = left;
      if (right < entries.length && entries[right]!.weight < entries[least]!.weight) least = right;
      if (least === at) return top;
      [entries[at], entries[least]] = [entries[least]!, entries[at]!];
      at = least;
    }
  }
}
