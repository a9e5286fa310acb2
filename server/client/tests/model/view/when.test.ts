import { describe, expect, it } from "vitest";

import { ago, dayStart, localTime } from "../../../src/model/view/when";

const NOW = new Date(2026, 2, 20, 14, 5, 30);
const before = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();

describe("a time in words", () => {
  it("is how long ago it was, and from a fortnight on the date", () => {
    const words = [-60, 0, 59, 60, 27 * 60, 3600, 86_399, 86_400, 13 * 86_400].map((s) =>
      ago(before(s), NOW.getTime()),
    );
    expect(words.slice(0, 4)).toEqual(["just now", "just now", "just now", "1 min ago"]);
    expect(words.slice(4)).toEqual(["27 min ago", "1 h ago", "23 h ago", "1 day ago", "13 days ago"]);
    expect(ago(new Date(2026, 0, 5, 8, 0).toISOString(), NOW.getTime())).toBe("2026-01-05");
    expect(ago("no time", 0)).toBe("");
  });

  it("is of this computer's clock", () => {
    expect(localTime(new Date(2026, 0, 5, 8, 3).toISOString())).toBe("2026-01-05 08:03");
    expect(localTime("no time")).toBe("");
    expect(Date.parse(dayStart(NOW))).toBe(new Date(2026, 2, 20).getTime());
  });
});
