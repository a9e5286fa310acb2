import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SeenGround } from "../../../src/model/ground/seen_ground";
import { planSweep, SweepPlan } from "../../../src/model/ground/sweep_plan";

const CELL = 16;

/** Ground of so many pixels; `valid` says of each cell whether it has any. */
function groundOf(
  width: number,
  height: number,
  valid: (row: number, col: number) => boolean = () => true,
): SeenGround {
  const [rows, cols] = [Math.ceil(height / CELL), Math.ceil(width / CELL)];
  const runs = [0];
  for (let at = 0; at < rows * cols; at++) {
    const isValid = valid(Math.floor(at / cols), at % cols);
    if (isValid !== (runs.length % 2 === 0)) runs.push(0);
    runs[runs.length - 1]! += 1;
  }
  return new SeenGround({ cell_px: CELL, rows, cols, valid: runs, seen: [], mine: [] }, width, height);
}

describe("the plan of a sweep", () => {
  it("goes there and back with an overlap of a tenth", () => {
    const screens = planSweep(groundOf(3000, 3000), { width: 1000, height: 800 });
    expect(screens).toHaveLength(4 * 5);
    expect(screens.slice(0, 5).map(([left]) => left)).toEqual([-2, 666, 1334, 2002, 2002]);
    const [first, second] = screens;
    expect(first![2] - second![0]).toBeGreaterThanOrEqual(100);
  });

  it("leaves out what has no valid pixel, and follows a slanting border", () => {
    const ground = groundOf(4000, 4000, (row, col) => Math.abs(row - col) < 10);
    expect(planSweep(ground, { width: 500, height: 500 }).length).toBeLessThan(25);
    expect(
      planSweep(
        groundOf(100, 100, () => false),
        { width: 500, height: 500 },
      ),
    ).toEqual([]);
    expect(planSweep(groundOf(100, 100), { width: 20, height: 20 })).toEqual([]);
  });

  it("shows every valid cell whole on some screen", () => {
    fc.assert(
      fc.property(
        fc.record({
          width: fc.integer({ min: 1, max: 1500 }),
          height: fc.integer({ min: 1, max: 1500 }),
          across: fc.integer({ min: 60, max: 900 }),
          down: fc.integer({ min: 60, max: 900 }),
          every: fc.integer({ min: 1, max: 7 }),
        }),
        ({ width, height, across, down, every }) => {
          const ground = groundOf(width, height, (row, col) => (row * 31 + col * 17) % every === 0);
          for (const box of planSweep(ground, { width: across, height: down })) ground.add(box);
          return !ground.hasUnseen([0, 0, width, height], "seen");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("knows which screens are done, the next one and the nearest", () => {
    const ground = groundOf(1000, 400);
    const plan = new SweepPlan(ground, planSweep(ground, { width: 400, height: 500 }), "seen");
    expect([plan.screens.length, plan.done, plan.nextUnseen(-1), plan.nextUnseen(2)]).toEqual([3, 0, 0, 0]);
    ground.add([0, 0, 400, 400]);
    plan.seen([0, 0, 400, 400]);
    expect([plan.done, plan.isDone(0), plan.nextUnseen(2), plan.nearest([0, 0], true)]).toEqual([1, true, 1, 1]);
    expect(plan.nearest([0, 0], false)).toBe(0);
    ground.add([0, 0, 1000, 400]);
    plan.seen([0, 0, 1000, 400]);
    expect([plan.done, plan.nextUnseen(0), plan.nearest([0, 0], true)]).toEqual([3, null, null]);
  });
});
