/** Small choices that this browser remembers from one visit to the next. */

import { lastingStorage, sessionStorageOf } from "./storage";

export function recall(key: string): string | null {
  return read(lastingStorage().storage, key);
}

/** Remember a choice, or with null forgets it; a browser whose storage is full just does not. */
export function remember(key: string, value: string | null): void {
  write(lastingStorage().storage, key, value);
}

/** Recall what this tab was told to remember. */
export function recallHere(key: string): string | null {
  return read(sessionStorageOf().storage, key);
}

export function rememberHere(key: string, value: string | null): void {
  write(sessionStorageOf().storage, key, value);
}

function read(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function write(storage: Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(key);
    else storage.setItem(key, value);
  } catch {
    return;
  }
}
