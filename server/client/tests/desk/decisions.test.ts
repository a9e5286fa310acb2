// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";

import { Decisions, MANY } from "../../src/desk/decisions";
import type { Feature, FeatureState } from "../../src/model/feature";
import { fakeDesk } from "../modes/fake_desk";
import { sample } from "../samples";

function deskOf(...states: FeatureState[]) {
  const features = states.map((state, i) => sample({ uid: `object-${i}`, state }));
  const fake = fakeDesk(...features);
  const decided = vi.fn();
  const decisions = new Decisions(fake.desk, decided);
  fake.desk.selection.set(features);
  const now = (): Feature[] => features.map((f) => fake.desk.workspace.labels.get(f.uid)!);
  return { ...fake, decisions, decided, states: () => now().map((f) => f.state), now };
}

describe("a decision on many objects", () => {
  it("is of the proposals among them; what was decided before is offered", () => {
    const { decisions, decided, states, desk, commit } = deskOf("proposed", "accepted", "rejected", "proposed");
    decisions.decide("accepted");
    expect(states()).toEqual(["accepted", "accepted", "rejected", "accepted"]);
    expect(decisions.offer.value!.words).toBe("2 accepted; 1 decided before left alone.");
    decisions.offer.value!.run();
    expect([states(), decisions.offer.value]).toEqual([["accepted", "accepted", "accepted", "accepted"], null]);
    expect([decided.mock.calls.length, commit.mock.calls.length]).toEqual([2, 2]);
    decisions.decide("rejected");
    desk.selection.set([]);
    expect(decisions.offer.value).toBeNull();
  });

  it("is of the one where one is selected, whatever it was", () => {
    const { decisions, states } = deskOf("rejected");
    decisions.decide("accepted");
    expect([states(), decisions.offer.value]).toEqual([["accepted"], null]);
    decisions.reopen();
    expect(states()).toEqual(["proposed"]);
  });

  it("rejects proposals in place of deleting them", () => {
    const { decisions, now, desk } = deskOf("proposed", "accepted");
    decisions.remove();
    expect(now().map(({ state, deleted }) => [state, deleted])).toEqual([
      ["rejected", false],
      ["accepted", true],
    ]);
    expect(desk.notice.value).toBe("A proposal is rejected, not deleted.");
  });

  it("to delete or reclassify them is asked about from fifty on", () => {
    const { decisions, now, desk } = deskOf(...Array.from({ length: MANY }, () => "accepted" as const));
    decisions.classify("car");
    expect([decisions.confirmation.value!.words, now()[0]!.classKey === "car"]).toEqual([
      "This makes 50 objects car.",
      false,
    ]);
    decisions.confirmation.value!.proceed();
    expect(now().every((f) => f.classKey === "car")).toBe(true);
    decisions.remove();
    decisions.confirmation.value!.leave();
    expect(now().some((f) => f.deleted)).toBe(false);
    desk.selection.set(desk.selection.features.slice(1));
    decisions.remove();
    expect(now().filter((f) => f.deleted)).toHaveLength(MANY - 1);
  });
});
