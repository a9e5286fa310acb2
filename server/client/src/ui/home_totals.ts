/** One line of a project's totals and today's pace, and how that is counted. */

import type { Pace, SceneSummary } from "../api";
import { fill, h } from "../browser/dom";
import { totalsOf } from "../model/view/home";
import { TEXTS } from "../texts";

/** The line; `pace` is asked for once, and left out where the server does not tell. */
export function totalsLine(scenes: readonly SceneSummary[], pace: Promise<Pace>): HTMLElement {
  const { done, scenes: all, open } = totalsOf(scenes);
  const line = h("p", { className: "totals" }, `${TEXTS.home.totals(done, all)} · ${TEXTS.home.open(open)}`);
  const section = h("div", { className: "home-totals" }, line);
  pace.then(
    (told) => line.append(" · ", paceButton(told, section)),
    () => undefined,
  );
  return section;
}

function paceButton(pace: Pace, section: HTMLElement): HTMLElement {
  const rule = TEXTS.home.paceRule(pace.at_once);
  const people = pace.people.map((one) => h("li", {}, TEXTS.home.person(one.author, one.decided, one.an_hour)));
  const how = h("div", { id: "pace-how", className: "pace-how dim", hidden: true });
  fill(how, h("p", {}, rule), people.length > 0 && h("ul", {}, ...people));
  const button = h(
    "button",
    {
      type: "button",
      className: "pace",
      title: `${TEXTS.home.paceHint}. ${rule}`,
      "aria-expanded": "false",
      "aria-controls": how.id,
    },
    TEXTS.home.pace(pace.decided, pace.an_hour),
  );
  button.addEventListener("click", () => {
    how.hidden = !how.hidden;
    button.setAttribute("aria-expanded", String(!how.hidden));
  });
  section.append(how);
  return button;
}
