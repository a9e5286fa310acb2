/** Texts of commands, operations, modes and mouse gestures. */

/** Label and hint of each command, by its id. */
export const COMMAND_TEXTS = {
  select: ["Select", "Click an object to select it"],
  draw: ["Draw", "Draw a polygon vertex by vertex, or freehand with Shift"],
  rectangle: ["Rectangle", "Draw a rectangle: drag, or click, from corner to corner"],
  oriented: ["Rotated rectangle", "Draw a rotated rectangle: drag along a side, or click twice; then click its depth"],
  circle: ["Circle", "Draw a circle from its centre to its edge; again: by a diameter; again: through three points"],
  split: ["Split", "Split the selected objects, or those that the line crosses"],
  hole: ["Hole", "Cut a hole into the selected object, or into the one at that place"],
  outline: ["Outline", "Click an object, or drag a box around it, to get a proposed outline"],
  review: ["Review", "Review the proposals, in the order of the queue"],
  measure: ["Measure", "Measure lengths and areas, point by point"],
  transform: ["Transform", "Move, rotate and scale the selected objects with a frame"],
  lasso: ["Lasso", "Draw a ring around objects to select them"],
  row: ["Row", "Place copies of the selected objects in a row"],
  accept: ["Accept", "Accept; in review, go to the next"],
  reopen: ["Propose again", "Make decided objects proposals again"],
  reject: ["Reject", "Reject; in review, go to the next"],
  redraw: ["Redraw", "Draw the outline of the selected object anew, with any of the tools that draw"],
  next: ["Next", "Next proposal (starts the review)"],
  previous: ["Previous", "Previous proposal"],
  order: ["Order", "Another order of the review queue: surest, least sure, nearest, largest first, class by class"],
  "next-scene": ["Next scene", "Open the next scene of the list with proposals to review"],
  "previous-scene": ["Previous scene", "Open the previous scene of the list with proposals to review"],
  delete: ["Delete", "Delete the selected vertices, or else the selected objects"],
  all: ["All", "Select all vertices of the selected objects, or else all objects in view"],
  palette: [
    "Class…",
    "Find a class by a few letters; Enter gives it to the selected objects, or to the next one drawn",
  ],
  undo: ["Undo", "Undo; while drawing, remove the last vertex"],
  redo: ["Redo", "Redo"],
  repair: ["Repair", "Repair the outline being drawn, or the selected objects"],
  snap: ["Snap", "Snap to vertices and edges of other objects; Alt adds one vertex without"],
  "snap-class": ["Snap class", "Snapping of the class that is selected or drawn, off and on; kept in this browser"],
  angles: ["Right angles", "Snap to right angles while drawing"],
  vertex: [
    "Vertex",
    "Add a vertex, or a click of the outline tool, at the cross that Alt+arrows move, or at the pointer",
  ],
  finish: ["Finish", "Finish the outline being drawn"],
  alternative: ["Other outline", "Show the next proposed outline"],
  back: ["Remove vertex", "Remove the last drawn vertex"],
  escape: ["Leave", "Cancel the outline, clear the selection, then leave the mode"],
  fit: ["Fit", "Zoom to the whole scene"],
  native: ["1:1", "One screen pixel per raster pixel"],
  "zoom-in": ["Zoom in", "Zoom in: 1:2, 1:1, 2:1, 4:1, …"],
  "zoom-out": ["Zoom out", "Zoom out, ratio by ratio"],
  goto: ["Go to", "Go to coordinates"],
  "copy-coordinates": ["Copy coordinates", "Copy the coordinates under the pointer, and mark the place"],
  format: ["Coordinates", "Next format of coordinates: degrees, UTM, MGRS, pixel"],
  brighter: ["Brighter", "More brightness"],
  darker: ["Darker", "Less brightness"],
  center: ["Centre", "Centre the map on the selected objects"],
  compare: ["Compare", "Show or hide the other scene of this area; while the key is held, show it"],
  swipe: ["Swipe", "Swipe between this scene and the other"],
  labels: [
    "Objects",
    "Hide or show all objects but the selected ones; while the key is held, nothing is drawn over the scene",
  ],
  scores: ["Scores", "Show score and class of objects that are large enough on the screen"],
  rejected: ["Hide rejected", "Hide or show rejected objects"],
  shape: ["Operations…", "All operations on the selected objects, each with a letter; Shift+letter runs it at once"],
  again: ["Repeat", "Repeat the last operation on the selected objects"],
  copy: ["Copy", "Copy the selected objects"],
  cut: ["Cut", "Copy the selected objects and delete them"],
  paste: ["Paste", "Paste the copied objects at the pointer"],
  duplicate: ["Duplicate", "Duplicate the selected objects beside themselves"],
  nudge: [
    "Nudge",
    "Move the selected vertices, or else the selected objects, or while drawing a cross, by one pixel; with Shift, by ten",
  ],
  rotate: ["Rotate", "Rotate by one degree (← →), scale by one pixel (↑ ↓); with Shift, by ten"],
} as const satisfies Record<string, readonly [label: string, hint: string]>;

/** Label, hint and name in the history of each operation, by its id. */
export const OPERATION_TEXTS = {
  merge: ["Merge", "Merge objects that touch into one", "Merged"],
  separate: [
    "Separate parts",
    "Make an object of each part that hangs together at single points only",
    "Parts separated",
  ],
  fill: ["Fill hole", "Fill the hole under the pointer", "Hole filled"],
  "fill-all": ["Fill all holes", "Fill every hole", "Holes filled"],
  square: ["Square…", "Make the corners right angles, and drop edges shorter than a limit", "Squared"],
  round: ["Make circle", "The circle of the same area, at the same place", "Made a circle"],
  box: [
    "Box, or back",
    "The smallest box around each object; again: the outline from before",
    "Box and outline exchanged",
  ],
  hull: ["Convex hull", "Replace each outline by its convex hull", "Convex hull"],
  simplify: ["Simplify…", "Remove vertices; again: more of them", "Simplified"],
  buffer: ["Grow, shrink…", "Grow by a distance; with Shift, shrink", "Grown or shrunk"],
} as const satisfies Record<string, readonly [label: string, hint: string, done: string]>;

/** One line over the map that says what a mode expects next. */
export const MODE_HINTS = {
  draw: "Click vertex by vertex, or draw freehand with Shift; Ctrl+click traces a neighbour. Enter, double-click or the first vertex again finishes.",
  rectangle: "Drag from corner to corner, or click both. The middle mouse button pans.",
  oriented: "Drag along one side, or click both its ends; then click the opposite side.",
  circle: "Drag from the centre to the edge, or click both; I: by a diameter instead. The middle mouse button pans.",
  "circle-diameter": "Drag across the circle, from edge to edge, or click both; I: through three points instead.",
  "circle-three": "Click three points of the edge; I: from the centre again.",
  split: "Click a line across, or draw it freehand with Shift; Enter or double-click splits.",
  measure: "Click point by point; click the first point again for the area. Enter or double-click finishes.",
  hole: "Click the vertices of the hole within an object; Enter, double-click or the first vertex again cuts it.",
  transform:
    "Drag inside the frame to move, a square to scale, the round handle to rotate. Shift keeps proportions and steps of 15°, Ctrl the centre.",
  lasso:
    "Draw a ring around objects. Shift adds them, Ctrl removes them, Alt includes those it touches; Del deletes the selected objects.",
  row: "Click where the last copy goes. The wheel or + and − change the number of copies; Enter places them.",
} as const;

/** Mouse gestures and their effects, for the help. */
export const MOUSE_HELP: readonly (readonly [gesture: string, effect: string])[] = [
  ["Click", "Select an object; click again for the one below it"],
  ["Shift+click an object", "Add it to the selection, or remove it"],
  ["Shift+drag", "Select the objects in the box, or the vertices of selected objects"],
  ["Click a vertex", "Select it; with Shift, add it"],
  [
    "Drag a vertex",
    "Move it and all selected vertices, also of an object that is not selected where the vertex is ringed; with Ctrl, the neighbours' vertices there as well",
  ],
  ["Drag an edge", "Insert a vertex"],
  ["Alt+click or right-click a vertex", "Remove it"],
  ["Right-click an object", "All operations on it, as with E"],
  ["Wheel", "Zoom"],
  ["Drag, middle button, Shift+arrows", "Pan"],
  ["1 … 9, 0", "Class of the selected object, or of the next one drawn"],
];
