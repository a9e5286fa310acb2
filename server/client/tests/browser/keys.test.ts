import { describe, expect, it } from "vitest";

import { digitOf, HeldKeys, keyOf } from "../../src/browser/keys";

const event = (key: string, code = "", more: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key,
    code,
    altKey: false,
    ctrlKey: false,
    shiftKey: false,
    metaKey: false,
    repeat: false,
    ...more,
  }) as KeyboardEvent;
const altGr = { getModifierState: (name: string) => name === "AltGraph" };

describe("the name of a key", () => {
  it("is what is printed on a Latin keyboard, wherever the key is", () => {
    expect(keyOf(event("a", "KeyQ"))).toBe("a");
    expect(keyOf(event("Y", "KeyZ"))).toBe("y");
    expect(keyOf(event("ArrowLeft", "ArrowLeft"))).toBe("arrowleft");
    expect(keyOf(event("-", "Digit6"))).toBe("-");
  });

  it("is that of its place where it gives another script, or an input method takes it", () => {
    expect(keyOf(event("ф", "KeyA"))).toBe("a");
    expect(keyOf(event("ㅁ", "KeyA"))).toBe("a");
    expect(keyOf(event("Process", "KeyR"))).toBe("r");
    expect(keyOf(event("я", "KeyZ", { ctrlKey: true }))).toBe("z");
    expect(keyOf(event("х", "BracketLeft"))).toBe("[");
    expect(keyOf(event("Process", "Digit3"))).toBe("3");
    expect(keyOf(event("é", "Digit2"))).toBe("2");
  });

  it("leaves accented letters and what AltGr makes alone", () => {
    expect(keyOf(event("ö", "Semicolon"))).toBe("ö");
    expect(keyOf(event("å", "BracketLeft"))).toBe("å");
    expect(keyOf(event("ą", "KeyA", altGr))).toBe("ą");
    expect(keyOf(event("ą", "KeyA", { ctrlKey: true, altKey: true }))).toBe("ą");
  });

  it("has a digit beside it in the row of an AZERTY keyboard", () => {
    expect(digitOf(event("&", "Digit1"))).toBe("1");
    expect(digitOf(event("&", "Digit7", { shiftKey: true }))).toBeNull();
    expect(digitOf(event("1", "Digit1"))).toBeNull();
  });
});

describe("held keys", () => {
  it("repeat where they go down again without having been let go", () => {
    const keys = new HeldKeys();
    expect([event("z", "KeyZ"), event("z", "KeyZ")].map((e) => keys.press(e))).toEqual([false, true]);
    keys.letGo(event("z", "KeyZ"));
    expect(keys.press(event("z", "KeyZ"))).toBe(false);
    keys.clear();
    expect(keys.press(event("z", "KeyZ"))).toBe(false);
  });

  it("of Command repeat only where the system says so", () => {
    const keys = new HeldKeys();
    const command = event("v", "KeyV", { metaKey: true });
    expect([keys.press(command), keys.press(command)]).toEqual([false, false]);
    expect(keys.press({ ...command, repeat: true })).toBe(true);
  });
});
