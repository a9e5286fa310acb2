import { describe, expect, it } from "vitest";

import type { Job, JobState } from "../../../src/model/view/jobs";
import {
  canCancel,
  canRetry,
  duration,
  hintOf,
  isUnfinished,
  itemsOf,
  pauseAfter,
  pauseFor,
  speedOf,
  subjectOf,
  countsOf,
} from "../../../src/model/view/jobs";

const STATES: JobState[] = ["queued", "running", "cancelling", "done", "partial", "failed", "cancelled"];

function job(fields: Partial<Job> = {}): Job {
  return {
    id: 1,
    kind: "prelabel",
    result: null,
    result_bytes: null,
    scene: null,
    finetuned: null,
    state: "running",
    params: { scene: "town", model: "overhead" },
    message: null,
    created_at: "2026-01-01T00:00:00Z",
    started_at: null,
    updated_at: "2026-01-01T00:00:00Z",
    items: { total: 1200, done: 1000, failed: 1 },
    speed: { value: 2.345, unit: "Mpx", left_s: 11_100 },
    ...fields,
  };
}

describe("jobs", () => {
  it("may be cancelled or begun again, never both", () => {
    const by = (may: (job: Job) => boolean): JobState[] => STATES.filter((state) => may(job({ state })));
    expect(by(canCancel)).toEqual(["queued", "running"]);
    expect(by(canRetry)).toEqual(["partial", "failed", "cancelled"]);
    expect(by(isUnfinished)).toEqual(["queued", "running", "cancelling"]);
  });

  it("are told of in a few words", () => {
    expect(subjectOf(job())).toBe("town with overhead");
    expect(subjectOf(job({ params: { scenes: ["a", "b", "c", "d", "e"] } }))).toBe("a, b, c and 2 more");
    expect(subjectOf(job({ scene: { id: 1, name: "Town" } }))).toBe("with overhead");
    expect(subjectOf(job({ params: {} }))).toBe("");
    expect(itemsOf(job())).toBe("1,000 of 1,200");
    expect(itemsOf(job({ items: { total: 0, done: 0, failed: 0 } }))).toBe("");
    expect(speedOf(job())).toBe("2.3 Mpx/s");
    expect(speedOf(job({ speed: null }))).toBe("");
    expect([0.4, 59.4, 60, 3599, 11_100].map(duration)).toEqual(["0 s", "59 s", "1 min", "1 h 00 min", "3 h 05 min"]);
  });

  it("are counted, what matters first", () => {
    const states = { done: 2, failed: 1, queued: 1, running: 1 };
    expect(countsOf(states)).toBe("1 running · 1 queued · 1 failed · 2 done");
    expect(countsOf({})).toBe("");
  });

  it("that wait for a worker are said to", () => {
    expect(hintOf({ queued: 1, done: 1 }, false)).toContain("geoengine worker");
    expect(hintOf({ queued: 1, done: 1 }, true)).toBe("");
    expect(hintOf({ queued: 1, running: 1 }, false)).toBe("");
    expect(hintOf({}, false)).toBe("");
  });

  it("are asked for often only while one is in work", () => {
    expect(pauseAfter([job({ state: "queued" }), job({ state: "cancelling" })])).toBe(2000);
    expect(pauseAfter([job({ state: "queued" }), job({ state: "done" })])).toBe(10_000);
    expect(pauseAfter([])).toBe(10_000);
    expect([pauseFor({ queued: 1 }), pauseFor({ cancelling: 1 })]).toEqual([10_000, 2000]);
  });
});
