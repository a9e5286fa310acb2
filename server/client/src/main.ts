import "ol/ol.css";
import "./ui/base.css";
import "./ui/layout.css";
import "./ui/parts.css";
import "./ui/dialogs.css";
import "./ui/filter.css";
import "./ui/jobs.css";
import "./ui/display.css";
import "./ui/shape.css";

import * as api from "./api";
import { App } from "./app";
import { fill, h } from "./browser/dom";
import { TEXTS } from "./texts";

const AGAIN_MS = 2000;

/** Open the page as soon as the server answers: it may be restarting while somebody reloads. */
async function main(): Promise<void> {
  const root = document.getElementById("app")!;
  try {
    const app = new App(root, await api.project());
    await app.start();
  } catch (error) {
    const message = error instanceof api.HttpError ? error.message : TEXTS.app.starting;
    fill(root, h("main", { className: "scenes" }, h("h1", {}, "GeoEngine"), h("p", { role: "alert" }, message)));
    setTimeout(() => void main(), AGAIN_MS);
  }
}

void main();
