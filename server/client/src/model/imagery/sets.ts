/** Files that were chosen together, sorted into uploads: each raster with its side-cars, or a mosaic with its parts. */

/** What of a file tells it from others of this computer. */
export interface ChosenFile {
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
}

/** Files that are uploaded together, the raster first. */
export interface FileSet<F extends ChosenFile> {
  readonly files: readonly F[];
}

export interface Sorted<F extends ChosenFile> {
  readonly sets: readonly FileSet<F>[];
  /** Side-cars whose raster was not chosen. */
  readonly alone: readonly F[];
  /** Files that are no imagery: labels, documents, archives. */
  readonly other: readonly F[];
}

/** What GDAL keeps beside a raster, and what operators of satellites deliver beside one. */
const SIDE_CAR =
  /(\.aux\.xml|\.ovr|\.msk|\.rrd|\.hdr|\.prj|\.rpb|_rpc\.txt|\.imd|\.att|\.eph|\.geo|\.xml|\.aux|\.sta|\.md5|\.sha256|\.clr|\.stx|\.tab|\.ige|\.wld|\.[a-z]{2,4}w|\.[a-z]{3}wx)$/;
const NO_SIDE_CAR = /\.(raw|srw)$/;
const OTHER =
  /\.(geojson|json|jsonl|gpkg|shp|shx|dbf|cpg|sbn|sbx|qix|kml|kmz|gml|csv|parquet|txt|md|pdf|html?|docx?|zip|tar|gz|7z|log|py|toml|qgz|qgs|db)$/;

/** Sort files; hidden ones, such as a folder's own, are left out. */
export function sortFiles<F extends ChosenFile>(chosen: readonly F[]): Sorted<F> {
  const seen = chosen.filter(({ name }) => !name.startsWith("."));
  const lower = ({ name }: F): string => name.toLowerCase();
  const isSideCar = (file: F): boolean => SIDE_CAR.test(lower(file)) && !NO_SIDE_CAR.test(lower(file));
  const cars = seen.filter(isSideCar);
  const other = seen.filter((file) => !isSideCar(file) && OTHER.test(lower(file)));
  const rasters = seen.filter((file) => !isSideCar(file) && !OTHER.test(lower(file)));
  if (rasters.some((file) => lower(file).endsWith(".vrt"))) {
    // Its parts may have any name.
    const first = [...rasters].sort((a, b) => Number(lower(b).endsWith(".vrt")) - Number(lower(a).endsWith(".vrt")));
    return { sets: [{ files: [...first, ...cars] }], alone: [], other };
  }
  const sets = rasters.map((raster) => ({ files: [raster] }));
  const alone: F[] = [];
  for (const car of cars) {
    const base = lower(car).replace(SIDE_CAR, "");
    // The raster's whole name, or that without its ending: a.tif.aux.xml, a.tfw.
    const own = sets.filter(({ files: [raster] }) => lower(raster!) === base || stem(lower(raster!)) === base);
    for (const { files } of own) files.push(car);
    if (!own.length) alone.push(car);
  }
  return { sets, alone, other };
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, "");

/** What is remembered of an upload, so that it goes on after the page was closed. */
export interface Note {
  readonly token: string;
  readonly files: readonly ChosenFile[];
  /** Nodata value of files that have none. */
  readonly nodata: string | null;
}

/** The upload that was begun with just these files. */
export function noteOf(files: readonly ChosenFile[], notes: readonly Note[]): Note | null {
  const same = (a: ChosenFile, b: ChosenFile | undefined): boolean =>
    a.name === b?.name && a.size === b.size && a.lastModified === b.lastModified;
  return (
    notes.find((note) => note.files.length === files.length && files.every((one, i) => same(one, note.files[i]))) ??
    null
  );
}

/** Read notes from what a storage has; none where it is none of them. */
export function readNotes(text: string | null): readonly Note[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter(isNote) : [];
  } catch {
    return [];
  }
}

function isNote(value: unknown): value is Note {
  const { token, files } = (value ?? {}) as Partial<Note>;
  const isFile = ({ name, size, lastModified }: ChosenFile): boolean =>
    typeof name === "string" && typeof size === "number" && typeof lastModified === "number";
  return typeof token === "string" && Array.isArray(files) && files.length > 0 && files.every(isFile);
}
