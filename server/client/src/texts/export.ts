/** Texts of the page of exports. */

export const EXPORT_TEXTS = {
  exports: {
    heading: "Export",
    intro: "The labels of the project as one file. The server makes it, whole or not at all; the link stays below.",
    states: "Objects that are",
    noneStates: "No state is chosen: choose at least one.",
    classes: "Classes",
    noneClasses: "No class is chosen: choose at least one.",
    format: "Format",
    formats: {
      geojson: "GeoJSON",
      gpkg: "GeoPackage",
      shp: "Shapefile (as a .zip)",
      parquet: "GeoParquet",
      fgb: "FlatGeobuf",
      kml: "KML",
      csv: "CSV with WKT",
    },
    complete: "Only scenes that are complete for these classes",
    button: "Export",
    queued: (job: number) => `Job ${job} makes the file.`,
    waiting: (job: number) => `Job ${job} waits for a worker; this server runs none, or it is busy.`,
    refused: (why: string) => `Not exported: ${why}`,
    failed: (job: number, why: string) => `Job ${job} made no file: ${why}`,
    done: (job: number, message: string) => `Job ${job}: ${message}.`,
    download: (name: string) => `Download ${name}`,
    files: "Exported files",
    rule: (count: number, size: string) =>
      `Files stay in the project's folder exports until somebody removes them here${count ? `: ${size} in all` : ""}.`,
    remove: "Remove",
    removeNamed: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} is removed; its job stays listed.`,
    none: "Nothing has been exported here yet.",
    notFetched: (why: string) => `The exports could not be fetched: ${why}`,
  },
} as const;
