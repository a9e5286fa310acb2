/** Rooms of the client, from the lowest to the highest; an import goes from a later one to an earlier one. */
const ROOMS = [
  ["texts", "^src/texts/"],
  ["browser", "^src/browser/"],
  ["model", "^src/model/"],
  ["api", "^src/(api|managing)\\.ts$"],
  ["map", "^src/map/"],
  ["desk", "^src/desk/"],
  ["commands", "^src/commands\\.ts$"],
  ["modes", "^src/modes/"],
  ["ui", "^src/ui/"],
  ["app", "^src/(app|probe|main)\\.ts$"],
];

const above = (index) => ROOMS.slice(index + 1).map(([, path]) => path);

module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "model-is-pure",
      comment: "The model computes on values: it knows no page, no map and no browser storage.",
      severity: "error",
      from: { path: "^src/model/" },
      to: { path: "^src/", pathNot: ["^src/model/", "^src/texts/"] },
    },
    ...ROOMS.slice(0, -1).map(([name, path], index) => ({
      name: `no-arrow-up-from-${name}`,
      severity: "error",
      from: { path },
      to: { path: above(index) },
    })),
    { name: "no-test-in-source", severity: "error", from: { path: "^src/" }, to: { path: "^tests/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
