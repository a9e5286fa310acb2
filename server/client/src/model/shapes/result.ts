/** Result of an operation on shapes: a value, or one sentence for the analyst that says why there is none. */

export type Result<T> = { readonly ok: T } | Refusal;

export interface Refusal {
  readonly problem: string;
}

export function ok<T>(value: T): Result<T> {
  return { ok: value };
}

export function refuse(problem: string): Refusal {
  return { problem };
}

export function isRefused<T>(result: Result<T>): result is Refusal {
  return "problem" in result;
}
