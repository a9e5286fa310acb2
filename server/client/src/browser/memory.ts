/** Small choices that this browser remembers from one visit to the next. */

export function recall(key: string): string | null {
  return localStorage.getItem(key);
}

/** Remember a choice, or with null forgets it; a browser whose storage is full just does not. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    return;
  }
}
