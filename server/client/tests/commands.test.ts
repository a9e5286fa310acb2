import { describe, expect, it, vi } from "vitest";

import { COMMANDS, classKey, isRepeated, keyCaps, keyName, runKey } from "../src/commands";
import type { Desk } from "../src/desk/desk";
import { MENU_COMMANDS, MENU_DECISIONS, OPERATIONS } from "../src/desk/operations";

const press = (key: string, modifiers: Partial<KeyboardEvent> = {}): string =>
  keyName({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers } as KeyboardEvent);

describe("keys", () => {
  it("have names that take Command for Ctrl, and Shift only with it, a letter or an arrow", () => {
    expect(press("a")).toBe("a");
    expect(press("A", { shiftKey: true })).toBe("shift+a");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("Z", { metaKey: true, shiftKey: true })).toBe("ctrl+shift+z");
    expect(press("ArrowRight", { shiftKey: true })).toBe("shift+arrowright");
    expect(press("a", { altKey: true })).toBe("alt+a");
  });

  it("are printed as on the keyboard", () => {
    expect(["ctrl+shift+z", "arrowleft", "delete", "a"].map(keyCaps)).toEqual(["Ctrl+Shift+Z", "←", "Del", "A"]);
  });

  it("repeat while they are held where they move, never where they decide, delete or make", () => {
    expect(["n", "ctrl+z", "alt+arrowleft", "backspace"].map(isRepeated)).toEqual([true, true, true, true]);
    expect(["a", "r", "delete", "ctrl+v", "ctrl+d", "1", " "].some(isRepeated)).toBe(false);
  });

  it("with Shift are a command's own, an operation's, or those without", () => {
    expect(
      COMMANDS.flatMap((c) => c.keys).filter((key) => OPERATIONS.some((o) => key === `shift+${o.letter}`)),
    ).toEqual([]);
    expect(["shift+n", "shift+p"].some(isRepeated)).toBe(false);
    const desk = {
      classes: { value: [] },
      isUnfinished: false,
      nextScene: { go: vi.fn(() => Promise.resolve()) },
      shaping: { shortcut: vi.fn((letter: string) => letter === "q") },
      next: vi.fn(),
      map: { fit: vi.fn() },
    };
    for (const key of ["shift+n", "shift+p", "shift+q", "shift+f", "n"]) runKey(desk as unknown as Desk, key);
    expect(desk.nextScene.go.mock.calls).toEqual([[1], [-1]]);
    expect(desk.shaping.shortcut.mock.calls).toEqual([["q"], ["f"]]);
    expect([desk.next.mock.calls.length, desk.map.fit.mock.calls.length]).toEqual([1, 1]);
  });

  it("mean one thing each", () => {
    const keys = COMMANDS.flatMap((c) => c.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("mean one thing each in the menu", () => {
    const letters = [...MENU_DECISIONS, ...MENU_COMMANDS].map(([letter]) => letter);
    const all = [...letters, ...OPERATIONS.map((o) => o.letter)];
    expect(new Set(all).size).toBe(all.length);
  });

  it("of a class are its own unless a command has them", () => {
    const classes = [
      ["b", "0"],
      ["tree", "a"],
      ["car", null],
    ].map(([key, hotkey]) => ({
      key: key!,
      name: key!,
      color: "#ffffff",
      hotkey: hotkey ?? null,
      shape: "free" as const,
      geometry: "polygon" as const,
      parent: null,
      attributes: [],
    }));
    expect(classes.map((_, i) => classKey(classes, i))).toEqual(["0", "2", "3"]);
    const many = Array.from({ length: 12 }, (_, i) => ({ ...classes[2]!, key: `class-${i}` }));
    expect(many.map((_, i) => classKey(many, i)).slice(8)).toEqual(["9", "0", null, null]);
  });
});
