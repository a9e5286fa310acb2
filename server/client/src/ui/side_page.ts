/** What a page that is neither home nor a scene is, and what it has of the rest. */

import type { Project } from "../api";
import type { ClassList } from "../desk/class_list";

export interface SidePage {
  readonly element: HTMLElement;
  focus(): void;
  close(): void;
}

/** What the pages have of the rest. */
export interface PageContext {
  readonly say: (words: string) => void;
  readonly project: Project;
  readonly author: () => string;
  readonly classes: ClassList;
}
