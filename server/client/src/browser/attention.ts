/** Whether somebody can be looking at what is under the dialogs of the page. */

export function isInSight(): boolean {
  return document.visibilityState === "visible" && !document.querySelector("dialog:modal");
}
