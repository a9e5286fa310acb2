import "ol/ol.css";
import "./ui/base.css";
import "./ui/layout.css";
import "./ui/home.css";
import "./ui/finder.css";
import "./ui/parts.css";
import "./ui/panel.css";
import "./ui/introduction.css";
import "./ui/dialogs.css";
import "./ui/filter.css";
import "./ui/jobs.css";
import "./ui/classes.css";
import "./ui/exports.css";
import "./ui/imagery.css";
import "./ui/models.css";
import "./ui/display.css";
import "./ui/shape.css";
import "./ui/scene_end.css";
import "./ui/pins.css";
import "./ui/search.css";
import "./ui/past.css";

import * as api from "./api";
import { App } from "./app";
import { fill, h } from "./browser/dom";
import { followTheme } from "./browser/theme";
import { TEXTS } from "./texts";
import { followKeyCaps } from "./ui/key_caps";

const AGAIN_MS = 2000;

/** Open the page as soon as the server answers: it may be restarting while somebody reloads. */
async function main(): Promise<void> {
  const root = document.getElementById("app")!;
  let project: api.Project;
  try {
    project = await api.project();
  } catch (error) {
    say(root, error instanceof api.HttpError ? error.message : TEXTS.app.starting);
    setTimeout(() => void main(), AGAIN_MS);
    return;
  }
  try {
    await new App(root, project).start();
  } catch (error) {
    say(root, TEXTS.app.broken((error as Error).message));
    throw error;
  }
}

function say(root: HTMLElement, message: string): void {
  fill(root, h("main", { className: "scenes" }, h("h1", {}, "GeoEngine"), h("p", { role: "alert" }, message)));
}

followTheme();
followKeyCaps();
void main();
