/** Every label and sentence of the interface. Keys, colours and layout are elsewhere. */

import { CLASSES_TEXTS } from "./classes";
import { DESK_TEXTS } from "./desk";
import { EXPORT_TEXTS } from "./export";
import { HEALTH_TEXTS } from "./health";
import { HOME_TEXTS } from "./home";
import { INTRODUCTION_TEXTS } from "./introduction";
import { IMAGERY_TEXTS } from "./imagery";
import { KIND_TEXTS } from "./kinds";
import { JOBS_TEXTS } from "./jobs";
import { MODELS_TEXTS } from "./models";
import { PAGE_TEXTS } from "./page";
import { PANEL_TEXTS } from "./panels";
import { PAST_TEXTS } from "./past";
import { PIN_TEXTS } from "./pins";
import { PLACES_TEXTS } from "./places";
import { QUEUE_TEXTS } from "./queue";
import { SEARCH_TEXTS } from "./search";
import { SAYING_TEXTS } from "./saying";
import { SHAPE_TEXTS } from "./shapes";
import { WORK_TEXTS } from "./work";

export { COMMAND_TEXTS, MODE_HINTS, MOUSE_HELP, OPERATION_TEXTS } from "./commands";

export const TEXTS = {
  ...PAGE_TEXTS,
  ...HOME_TEXTS,
  ...INTRODUCTION_TEXTS,
  ...IMAGERY_TEXTS,
  ...JOBS_TEXTS,
  ...KIND_TEXTS,
  ...CLASSES_TEXTS,
  ...EXPORT_TEXTS,
  ...HEALTH_TEXTS,
  ...DESK_TEXTS,
  ...PANEL_TEXTS,
  ...PAST_TEXTS,
  ...PIN_TEXTS,
  ...PLACES_TEXTS,
  ...QUEUE_TEXTS,
  ...SAYING_TEXTS,
  ...SHAPE_TEXTS,
  ...SEARCH_TEXTS,
  ...WORK_TEXTS,
  ...MODELS_TEXTS,
} as const;
