/**
 * Types of the JSON that client and server exchange. Generated: do not edit.
 *
 * After a change in server/schemas: python tools/client.py wire
 */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What was done in a scene so far. */
        readonly ActivityReply: {
            /**
             * @description Runs of models over the scene that were not taken back; one may have found nothing.
             * @default 0
             */
            readonly runs: number;
            /**
             * @description When a person last changed a feature.
             * @default null
             */
            readonly edited_at: string | null;
            /**
             * @description Who that was.
             * @default null
             */
            readonly edited_by: string | null;
            /**
             * @description Everybody who changed a feature.
             * @default []
             */
            readonly authors: readonly string[];
        };
        /** @description Rasters of an allowed folder to add: one job, one item for each file. */
        readonly AddImageryBody: {
            /** @description Made by the client, new for each request; the same again gets the same job. */
            readonly token: string;
            /** @description Name of an allowed folder. */
            readonly folder: string;
            /**
             * @description Path below it.
             * @default
             */
            readonly path?: string;
            /** @description Files and folders there; a folder is gone through with all that is below it. */
            readonly names: readonly string[];
            /**
             * @description Read the pixels from where they lie instead of copying them.
             * @default false
             */
            readonly in_place?: boolean;
            /**
             * @description Of files that have none: a number, or a colour such as 255,255,255.
             * @default null
             */
            readonly nodata?: string | null;
        };
        /** @description A vector file, or an archive of map tiles, of an allowed folder. */
        readonly AddLayerBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description Name of an allowed folder. */
            readonly folder: string;
            /** @description Path of the file, or of the folder of tiles, below it. */
            readonly path: string;
            /**
             * @description What people read; the file's name where absent.
             * @default null
             */
            readonly name?: string | null;
        };
        /** @description What became of windows that were seen. */
        readonly AddedReply: {
            /** @description False where all of their cells had been seen before. */
            readonly added: boolean;
        };
        /** @description What an attribute must be: with a key alone anything, but not missing. */
        readonly AttributeState: {
            readonly key: string;
            /** @default false */
            readonly missing?: boolean;
            /** @default null */
            readonly equals?: string | boolean | null;
            /** @default null */
            readonly contains?: string | null;
            /** @default null */
            readonly minimum?: number | null;
            /** @default null */
            readonly maximum?: number | null;
        };
        /** @description The project that a request is meant for, and who makes it. */
        readonly AuthoredBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
        };
        /** @description Where an author leaves a scene. */
        readonly BookmarkBody: {
            /** @enum {string} */
            readonly order: "surest" | "least-sure" | "nearest" | "size" | "class" | "overlaps";
            /** @description Whether the review was going on. */
            readonly reviewing: boolean;
            readonly filter: components["schemas"]["FilterState"];
            readonly draw_class: string | null;
            readonly view: components["schemas"]["ViewState"] | null;
            /** @description The object that was looked at. */
            readonly feature: string | null;
            /** @description Objects that were left undecided, in that order. */
            readonly skipped: readonly string[];
            /**
             * @description The project that is meant; 412 where another is served.
             * @default null
             */
            readonly project?: string | null;
            readonly author: string;
        };
        /** @description Where an author left a scene; null where they never were there. */
        readonly BookmarkReply: {
            readonly bookmark: components["schemas"]["BookmarkState"] | null;
        };
        /** @description Where a scene was left. */
        readonly BookmarkState: {
            /** @enum {string} */
            readonly order: "surest" | "least-sure" | "nearest" | "size" | "class" | "overlaps";
            /** @description Whether the review was going on. */
            readonly reviewing: boolean;
            readonly filter: components["schemas"]["FilterState"];
            readonly draw_class: string | null;
            readonly view: components["schemas"]["ViewState"] | null;
            /** @description The object that was looked at. */
            readonly feature: string | null;
            /** @description Objects that were left undecided, in that order. */
            readonly skipped: readonly string[];
        };
        /** @description The scenes that an author was in, the last one first. */
        readonly BookmarksReply: {
            readonly bookmarks: readonly components["schemas"]["LeftSceneReply"][];
        };
        /** @description Edits that are applied together or not at all. */
        readonly ChangesetBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description Made by the client, new for each changeset; the same again gets the first answer again. */
            readonly token: string;
            /** @default null */
            readonly comment?: string | null;
            readonly edits: readonly (components["schemas"]["CreateEdit"] | components["schemas"]["UpdateEdit"] | components["schemas"]["DeleteEdit"] | components["schemas"]["RestoreEdit"])[];
        };
        /** @description The committed changeset. */
        readonly ChangesetReply: {
            readonly changeset: number;
            /** @description Whether this token had been committed before. */
            readonly replayed: boolean;
            /** @description The edited features as they are now, deleted ones too. */
            readonly features: readonly components["schemas"]["FeatureReply"][];
        };
        /** @description Values of one channel in a part of a scene, in the quantity that its scale and offset say. */
        readonly ChannelReply: {
            /** @description Of the band, or of the index. */
            readonly name: string;
            /** @description Pixels in bins of one width; empty where nothing is valid. */
            readonly counts: readonly number[];
            /** @description Lower end of the first bin; what is below is counted in it. */
            readonly start: number;
            /** @description Upper end of the last bin; what is above is counted in it. */
            readonly end: number;
            /** @description The 2nd percentile. */
            readonly p2: number;
            /** @description The 98th percentile, above the 2nd. */
            readonly p98: number;
            /** @description What the query shows as black. */
            readonly low: number;
            /** @description What the query shows as white. */
            readonly high: number;
        };
        /** @description One entry of a code list. */
        readonly ChoiceBody: {
            readonly code: string;
            readonly name: string;
        };
        /** @description One entry of a code list. */
        readonly ChoiceReply: {
            /** @description The value that is stored. */
            readonly code: string;
            readonly name: string;
        };
        /** @description An attribute as a class is to declare it. */
        readonly ClassAttributeBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description `version` of the list that the change was made on; where it is another one by now, 409. */
            readonly version: string;
            readonly name: string;
            /** @enum {string} */
            readonly kind: "text" | "number" | "choice" | "yes-no";
            /** @default null */
            readonly unit?: string | null;
            /** @default null */
            readonly minimum?: number | null;
            /** @default null */
            readonly maximum?: number | null;
            readonly choices?: readonly components["schemas"]["ChoiceBody"][];
            /** @default false */
            readonly required?: boolean;
        };
        /** @description An attribute that a class declares. */
        readonly ClassAttributeReply: {
            readonly key: string;
            readonly name: string;
            /** @enum {string} */
            readonly kind: "text" | "number" | "choice" | "yes-no";
            readonly unit: string | null;
            readonly minimum: number | null;
            readonly maximum: number | null;
            readonly choices: readonly components["schemas"]["ChoiceReply"][];
            /** @description Whether an object without it is incomplete. */
            readonly required: boolean;
            /** @description Nobody is asked for it any more; values that objects have stay. */
            readonly retired: boolean;
        };
        /** @description What is to be changed of a class; what is not given stays. */
        readonly ClassBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description `version` of the list that the change was made on; where it is another one by now, 409. */
            readonly version: string;
            /**
             * @description Another key: the labels of the class follow it.
             * @default null
             */
            readonly key?: string | null;
            /** @default null */
            readonly name?: string | null;
            /**
             * @description #rrggbb
             * @default null
             */
            readonly color?: string | null;
            /**
             * @description One character; an empty text takes it away.
             * @default null
             */
            readonly hotkey?: string | null;
            /** @default null */
            readonly shape?: ("free" | "squared" | "round") | null;
            /**
             * @description Key of the class that it is to stand below; an empty text puts it at the top.
             * @default null
             */
            readonly parent?: string | null;
            /**
             * @description Refused with 422 unless every object of the class, deleted or not, is of it.
             * @default null
             */
            readonly geometry?: ("polygon" | "box" | "oriented-box" | "line" | "point") | null;
        };
        /** @description Figures of one class before and after a fine-tuning, on the same held-out labels. */
        readonly ClassChangeReply: {
            readonly key: string;
            readonly iou: number;
            readonly learnt: number;
            readonly held_out: number;
            /** @description F1 of the package that was trained on. */
            readonly before: number;
            /** @description F1 of what it became. */
            readonly after: number;
        };
        /** @description Labels of a class that a fine-tuning would learn from. */
        readonly ClassLabelsReply: {
            readonly key: string;
            readonly accepted: number;
            /** @description Of them, those on ground to learn from; null where not chosen. */
            readonly learnt: number | null;
            /** @description Of them, those on ground to measure on; null where not chosen. */
            readonly held_out: number | null;
            readonly enough: boolean;
        };
        /** @description A change of the list of classes. */
        readonly ClassListBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description `version` of the list that the change was made on; where it is another one by now, 409. */
            readonly version: string;
        };
        /** @description Classes, or attributes of one, that come first, in this order; the others follow as they were. */
        readonly ClassOrderBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description `version` of the list that the change was made on; where it is another one by now, 409. */
            readonly version: string;
            readonly keys: readonly string[];
        };
        /** @description A label class. */
        readonly ClassReply: {
            readonly key: string;
            readonly name: string;
            /** @description #rrggbb */
            readonly color: string;
            readonly hotkey: string | null;
            /**
             * @description What the desk makes of outlines that people draw.
             * @enum {string}
             */
            readonly shape: "free" | "squared" | "round";
            /** @description Key of the class that it stands below; null at the top. */
            readonly parent: string | null;
            /**
             * @description What the objects of the class are; a box lies along the pixel axes, an oriented box is turned.
             * @enum {string}
             */
            readonly geometry: "polygon" | "box" | "oriented-box" | "line" | "point";
            readonly attributes: readonly components["schemas"]["ClassAttributeReply"][];
        };
        /** @description The project's label classes, in their order: each right before those below it. */
        readonly ClassesReply: {
            /** @description Of this list; a change of it names the one it was made on. */
            readonly version: string;
            readonly classes: readonly components["schemas"]["ClassReply"][];
            /** @description Classes that no label gets any more; one is added again by its key. */
            readonly retired: readonly components["schemas"]["ClassReply"][];
            /** @description Numbers of labels by class, where `counts` asks for them. */
            readonly labels: {
                readonly [key: string]: number;
            } | null;
        };
        /** @description Word of a person on whether a scene or an area of it is complete. */
        readonly CompletionBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description False takes back what was said. */
            readonly complete: boolean;
            /**
             * @description Left, top, right and bottom in pixels of the scene; null for all of it.
             * @default null
             */
            readonly area?: readonly [
                number,
                number,
                number,
                number
            ] | null;
        };
        /** @description Word of a person on whether a scene or an area is complete: that every object is labelled. */
        readonly CompletionReply: {
            /** @description False where it takes an earlier one back. */
            readonly complete: boolean;
            readonly author: string;
            readonly time: string;
            /** @description Share of the valid pixels that had been seen by then, 0 to 1. */
            readonly share: number;
            /** @description Keys of classes that the project did not have then. */
            readonly missing: readonly string[];
            /** @description Left, top, right and bottom in pixels of the scene; null for all of it. */
            readonly area: readonly [
                number,
                number,
                number,
                number
            ] | null;
        };
        /** @description Completions of a scene that hold, and all that was ever said of it. */
        readonly CompletionsReply: {
            /** @description Of the whole scene. */
            readonly complete: components["schemas"]["CompletionReply"] | null;
            /** @description Of areas, oldest first. */
            readonly areas: readonly components["schemas"]["CompletionReply"][];
            /** @description Share of the valid pixels that anybody has seen, 0 to 1. */
            readonly share: number;
            /** @description Share from which on the scene can be complete. */
            readonly min_seen: number;
            /** @description Oldest first. */
            readonly history: readonly components["schemas"]["CompletionReply"][];
        };
        /** @description Edit whose base revision is no longer the current one. */
        readonly ConflictReply: {
            readonly uid: string;
            /** @description What the edit was made on; null for a create. */
            readonly base_revision: number | null;
            readonly current: components["schemas"]["FeatureReply"];
        };
        /** @description Numbers of a scene's features by state. */
        readonly CountsReply: {
            /** @default 0 */
            readonly proposed: number;
            /** @default 0 */
            readonly accepted: number;
            /** @default 0 */
            readonly rejected: number;
        };
        /** @description A new feature; its uid is made by the client. */
        readonly CreateEdit: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "create";
            readonly uid: string;
            /** @description Key of a label class. */
            readonly class: string;
            readonly geometry: components["schemas"]["PolygonGeometry"] | components["schemas"]["MultiPolygonGeometry"] | components["schemas"]["LineStringGeometry"] | components["schemas"]["PointGeometry"];
            /**
             * @default accepted
             * @enum {string}
             */
            readonly state?: "proposed" | "accepted" | "rejected";
            /** @description At most 256 keys and 65536 bytes as compact UTF-8 JSON, nested at most 8 levels deep. */
            readonly attributes?: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            };
            /** @default false */
            readonly unsure?: boolean;
            /**
             * @description One line of at most 500 characters, as text: markup is shown as it is.
             * @default
             */
            readonly note?: string;
            /**
             * @default
             * @enum {string}
             */
            readonly confidence?: "" | "possible" | "probable" | "confirmed";
        };
        /** @description Decision on the open proposals that the query string names. */
        readonly DecisionBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description Made by the client, new for each changeset; the same again gets the first answer again. */
            readonly token: string;
            /** @enum {string} */
            readonly state: "accepted" | "rejected";
            /** @description `changeset` of the counts that were shown; proposals that came or changed later are left alone. */
            readonly seen: number;
        };
        /** @description What a decision on many proposals, or taking it back, did. */
        readonly DecisionReply: {
            /** @description Null where nothing was changed. */
            readonly changeset: number | null;
            /** @description Whether this token had been committed before. */
            readonly replayed: boolean;
            /** @description Features that got another state. */
            readonly decided: number;
            /** @description Features left alone, because they came or changed since. */
            readonly newer: number;
            /** @description Features left alone, because they had been decided otherwise before. */
            readonly left: number;
        };
        /** @description Deletion of a feature; its history stays and it can be restored. */
        readonly DeleteEdit: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "delete";
            readonly uid: string;
            /** @description The revision the edit was made on. */
            readonly base_revision: number;
        };
        /** @description Numbers of features in square cells. */
        readonly DensityReply: {
            /** @description Side of a cell in units of the scene's CRS. */
            readonly cell: number;
            /** @description The scene's upper left corner, from which columns are counted right and rows down. */
            readonly origin: readonly [
                number,
                number
            ];
            /** @description The scene's newest changeset when this was counted. */
            readonly changeset: number;
            /** @description column, row, proposed, accepted, rejected of each cell that has any. */
            readonly cells: readonly (readonly [
                number,
                number,
                number,
                number,
                number
            ])[];
        };
        /** @description Stretch of a scene, and the other ways its tiles can be requested (`bands`, `limits`, `colormap`). */
        readonly DisplayOptionsReply: {
            /** @description A name for each band. */
            readonly bands: readonly string[];
            /** @description Those of `natural`, `cir` and `ndvi` that its bands allow. */
            readonly combinations: readonly string[];
            readonly colormaps: readonly string[];
            readonly stretch: components["schemas"]["StretchReply"];
        };
        /** @description Export of the labels into one file in the project's folder `exports`: one job. */
        readonly ExportWork: {
            /**
             * @description Ids of scenes; all where not given.
             * @default null
             */
            readonly scenes?: readonly number[] | null;
            /**
             * @description No proposals that score lower.
             * @default null
             */
            readonly min_score?: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly kind: "export";
            /**
             * @description Proposed and accepted where not given.
             * @default null
             */
            readonly states?: readonly ("proposed" | "accepted" | "rejected")[] | null;
            /**
             * @description Class keys, without those below them; all where not given.
             * @default null
             */
            readonly classes?: readonly string[] | null;
            /**
             * @description Of the file; `shp` comes as one archive.
             * @default geojson
             * @enum {string}
             */
            readonly format?: "geojson" | "gpkg" | "shp" | "parquet" | "fgb" | "kml" | "csv";
            /**
             * @description Only scenes that are complete for the classes exported.
             * @default false
             */
            readonly complete?: boolean;
        };
        /** @description Values that a scene's features can be filtered by, each with its number of features. */
        readonly FacetsReply: {
            readonly classes: {
                readonly [key: string]: number;
            };
            readonly states: {
                readonly [key: string]: number;
            };
            readonly models: {
                readonly [key: string]: number;
            };
            readonly authors: {
                readonly [key: string]: number;
            };
            /** @description Time of the change longest ago that still stands. */
            readonly earliest: string | null;
            readonly latest: string | null;
            /** @description The scene's newest changeset when this was counted. */
            readonly changeset: number;
        };
        /** @description Features of one scene as GeoJSON in the scene's CRS. */
        readonly FeatureCollectionReply: {
            /**
             * @default FeatureCollection
             * @constant
             */
            readonly type: "FeatureCollection";
            /** @description Which CRS the coordinates are in. */
            readonly crs_note: string;
            /** @description The scene's newest changeset when this was read; 0 before the first. */
            readonly changeset: number;
            /** @description Features that match, sent or not. */
            readonly total: number;
            /** @description Whether `limit` left some out. */
            readonly truncated: boolean;
            readonly features: readonly components["schemas"]["FeatureReply"][];
        };
        /** @description A feature, deleted or not, with its history. */
        readonly FeatureDetailReply: {
            readonly feature: components["schemas"]["FeatureReply"];
            readonly scene_id: number;
            readonly history: readonly components["schemas"]["RevisionReply"][];
        };
        /** @description Properties of a feature besides its geometry. */
        readonly FeatureProperties: {
            /** @description Key of a label class. */
            readonly class: string;
            /** @enum {string} */
            readonly state: "proposed" | "accepted" | "rejected";
            /** @description The model's confidence, 0 to 1; null where nobody's. */
            readonly score: number | null;
            /** @description Send this back as `base_revision`. */
            readonly revision: number;
            /** @enum {string} */
            readonly origin: "human" | "model" | "import";
            readonly model: string | null;
            readonly author: string;
            readonly time: string;
            readonly attributes: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            };
            readonly deleted: boolean;
            /** @description Whether a person has marked it to be looked at again. */
            readonly unsure: boolean;
            /** @description What a person says of it, one line; empty for nothing. */
            readonly note: string;
            /** @enum {string} */
            readonly confidence: "" | "possible" | "probable" | "confirmed";
        };
        /** @description One feature as GeoJSON; `id` is its uid. */
        readonly FeatureReply: {
            /**
             * @default Feature
             * @constant
             */
            readonly type: "Feature";
            readonly id: string;
            readonly geometry: components["schemas"]["PolygonReply"] | components["schemas"]["MultiPolygonReply"] | components["schemas"]["LineStringReply"] | components["schemas"]["PointReply"];
            readonly properties: components["schemas"]["FeatureProperties"];
        };
        /** @description Error in one field of a request. */
        readonly FieldErrorReply: {
            readonly field: string;
            readonly message: string;
        };
        /** @description How well a model finds a class on data that it did not learn from. */
        readonly FigureReply: {
            /** @description The class, as the card calls it. */
            readonly model_class: string;
            /** @description Overlap from which an object counts as found. */
            readonly iou: number;
            readonly objects: number;
            readonly images: number | null;
            readonly precision: components["schemas"]["ShareReply"];
            readonly recall: components["schemas"]["ShareReply"];
            readonly f1: number;
        };
        /** @description The filter of the desk; what it hides and what it lets pass. */
        readonly FilterState: {
            readonly hidden_classes: readonly string[];
            readonly hidden_states: readonly ("proposed" | "accepted" | "rejected")[];
            readonly min_score: number;
            readonly max_score: number;
            /** @description Exactly this model; empty for any. */
            readonly model: string;
            /** @description Exactly this author; empty for any. */
            readonly author: string;
            readonly since: string;
            readonly until: string;
            /** @description Only those marked as unsure, or only the others. */
            readonly unsure: boolean | null;
            /** @description Only those with a note, or only the others. */
            readonly noted: boolean | null;
            /**
             * @description Only those that lack a required attribute, or only the others.
             * @default null
             */
            readonly incomplete?: boolean | null;
            /**
             * @description What one attribute must be.
             * @default null
             */
            readonly attribute?: components["schemas"]["AttributeState"] | null;
        };
        /**
         * @description Kinds of trouble; each has a remedy of its own.
         * @enum {string}
         */
        readonly FindingKind: "database" | "write-back" | "label-file" | "late" | "left-out" | "damaged" | "raster" | "disk" | "tile-cache";
        /** @description Outcome of a fine-tuning. */
        readonly FinetuneReply: {
            readonly parent: string;
            /** @description The package that was published; null where it was not better. */
            readonly model: string | null;
            /** @description Mean F1 over the classes. */
            readonly before: number;
            readonly after: number;
            readonly changes: readonly components["schemas"]["ClassChangeReply"][];
            /** @description Classes of the parent that the new model does not find. */
            readonly forgotten: readonly string[];
        };
        /** @description Fine-tuning of a model on reviewed labels; a better model becomes a package of the project: one job. */
        readonly FinetuneWork: {
            /**
             * @description Ids of scenes; all where not given.
             * @default null
             */
            readonly scenes?: readonly number[] | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly kind: "finetune";
            /** @description Name of the model package to start from. */
            readonly model: string;
            /**
             * @description Class keys; all of the model's that have labels enough where not given.
             * @default null
             */
            readonly classes?: readonly string[] | null;
            /**
             * @description Steps of learning.
             * @default 200
             */
            readonly steps?: number;
            /**
             * @description Of the split and of every random choice.
             * @default 0
             */
            readonly seed?: number;
        };
        /** @description How the files of an upload become scenes. */
        readonly FinishUploadBody: {
            /**
             * @description Of files that have none: a number, or a colour such as 255,255,255.
             * @default null
             */
            readonly nodata?: string | null;
        };
        /** @description Trouble of the project, and with what in it; empty where all is well. */
        readonly HealthDetailsReply: {
            readonly findings: readonly components["schemas"]["HealthFindingReply"][];
        };
        /** @description One thing that is wrong. */
        readonly HealthFindingReply: {
            readonly kind: components["schemas"]["FindingKind"];
            /** @description The thing in one sentence, as in `problems` of `/api/health`. */
            readonly message: string;
            /** @description The scene it is about. */
            readonly scene_id: number | null;
            /** @description Name of that scene; null also where it cannot be read. */
            readonly scene: string | null;
            /** @description The features of that scene it is about, the first of many. */
            readonly uids: readonly string[];
            /** @description How many features it is about. */
            readonly features: number;
        };
        /** @description Health of the server. */
        readonly HealthReply: {
            /** @enum {string} */
            readonly status: "ok" | "degraded";
            readonly version: string;
            /** @description What is wrong, e.g. label files that can't be written. */
            readonly problems: readonly string[];
        };
        /** @description Histogram of a part of a scene, for each channel that is shown. */
        readonly HistogramReply: {
            readonly channels: readonly components["schemas"]["ChannelReply"][];
        };
        /** @description A file that looks like a raster. */
        readonly ImageryFileReply: {
            readonly name: string;
            /** @description Bytes. */
            readonly size: number;
            readonly modified_at: string;
            /** @description The last scene that was taken from it, if any. */
            readonly scene: components["schemas"]["JobSceneReply"] | null;
        };
        /** @description Content of a folder. */
        readonly ImageryFilesReply: {
            /** @description Names of its subfolders. */
            readonly folders: readonly string[];
            readonly files: readonly components["schemas"]["ImageryFileReply"][];
            /** @description Subfolders and rasters that are too many to be listed. */
            readonly left_out: number;
            /** @description Other files, such as side-cars, and what leads out of the allowed folder. */
            readonly others: number;
        };
        /** @description A folder of the server that rasters may be added from. */
        readonly ImageryFolderReply: {
            readonly name: string;
        };
        /** @description Places that imagery can be added from. */
        readonly ImageryReply: {
            /** @description Those that `geoengine serve --imagery` allows. */
            readonly folders: readonly components["schemas"]["ImageryFolderReply"][];
            /** @description This server runs a worker of its own. */
            readonly worker: boolean;
            /** @description Bytes that a new upload may have: the disk keeps some free. */
            readonly room_bytes: number;
            /** @description Bytes that a piece of an upload may have. */
            readonly piece_bytes: number;
        };
        /** @description A job with the errors of its failed items, and the scenes that an addition made. */
        readonly JobDetailReply: {
            readonly id: number;
            readonly kind: string;
            /** @enum {string} */
            readonly state: "queued" | "running" | "cancelling" | "done" | "partial" | "failed" | "cancelled";
            readonly params: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            };
            readonly message: string | null;
            readonly created_at: string;
            /** @description When its last run began. */
            readonly started_at: string | null;
            readonly updated_at: string;
            readonly items: components["schemas"]["JobItemsReply"];
            /** @description While it runs and something of it is finished. */
            readonly speed: components["schemas"]["JobSpeedReply"] | null;
            /** @description Name of the file that it has written, which `/result` sends. */
            readonly result: string | null;
            /** @description Size of that file. */
            readonly result_bytes: number | null;
            /** @description Where it is about one scene that is there. */
            readonly scene: components["schemas"]["JobSceneReply"] | null;
            /** @description Of a fine-tuning that is done. */
            readonly finetuned: components["schemas"]["FinetuneReply"] | null;
            /** @description The first 200 items that failed; `items.failed` counts all. */
            readonly errors: readonly components["schemas"]["JobErrorReply"][];
            /** @description The first 200 scenes that an addition made. */
            readonly added: readonly components["schemas"]["JobSceneReply"][];
        };
        /** @description An item that failed. */
        readonly JobErrorReply: {
            readonly item: number;
            readonly params: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            };
            readonly message: string | null;
        };
        /** @description Progress of a job in items. */
        readonly JobItemsReply: {
            /** @description 0 until a worker has planned it. */
            readonly total: number;
            readonly done: number;
            readonly failed: number;
        };
        /** @description A job, run by a worker and not by this server. */
        readonly JobReply: {
            readonly id: number;
            readonly kind: string;
            /** @enum {string} */
            readonly state: "queued" | "running" | "cancelling" | "done" | "partial" | "failed" | "cancelled";
            readonly params: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            };
            readonly message: string | null;
            readonly created_at: string;
            /** @description When its last run began. */
            readonly started_at: string | null;
            readonly updated_at: string;
            readonly items: components["schemas"]["JobItemsReply"];
            /** @description While it runs and something of it is finished. */
            readonly speed: components["schemas"]["JobSpeedReply"] | null;
            /** @description Name of the file that it has written, which `/result` sends. */
            readonly result: string | null;
            /** @description Size of that file. */
            readonly result_bytes: number | null;
            /** @description Where it is about one scene that is there. */
            readonly scene: components["schemas"]["JobSceneReply"] | null;
            /** @description Of a fine-tuning that is done. */
            readonly finetuned: components["schemas"]["FinetuneReply"] | null;
        };
        /** @description Jobs that were asked for together, such as one for each of many scenes. */
        readonly JobRequestReply: {
            readonly token: string;
            readonly jobs: number;
            /** @description Number of its jobs in each state that has some. */
            readonly states: {
                readonly [key: string]: number;
            };
            readonly updated_at: string;
            /** @description The first of its jobs, or the only one. */
            readonly first: components["schemas"]["JobReply"];
            /** @description Those that run now, where there are several jobs. */
            readonly running: readonly components["schemas"]["JobReply"][];
        };
        /** @description Requests, the newest first. */
        readonly JobRequestsReply: {
            readonly requests: readonly components["schemas"]["JobRequestReply"][];
            /** @description Number of all jobs of the project in each state that has some. */
            readonly states: {
                readonly [key: string]: number;
            };
            /** @description This server runs a worker of its own. */
            readonly worker: boolean;
        };
        /** @description The scene that a job is about. */
        readonly JobSceneReply: {
            readonly id: number;
            readonly name: string;
        };
        /** @description Speed of a running job. */
        readonly JobSpeedReply: {
            readonly value: number;
            /**
             * @description What is counted each second.
             * @enum {string}
             */
            readonly unit: "Mpx" | "items";
            /** @description Seconds until its end at that speed. */
            readonly left_s: number;
        };
        /** @description Jobs of the project, the newest first. */
        readonly JobsReply: {
            readonly jobs: readonly components["schemas"]["JobReply"][];
            /** @description The clock that the times of jobs are of. */
            readonly now: string;
        };
        readonly JsonValue: unknown;
        /** @description A file that looks like a reference layer. */
        readonly LayerFileReply: {
            readonly name: string;
            /** @description Bytes. */
            readonly size: number;
        };
        /** @description Content of a folder that reference layers may be added from. */
        readonly LayerFilesReply: {
            /** @description Names of its subfolders. */
            readonly folders: readonly string[];
            /** @description Those of them that hold map tiles, z/x/y. */
            readonly tile_folders: readonly string[];
            readonly files: readonly components["schemas"]["LayerFileReply"][];
            /** @description Subfolders and files that are too many to be listed. */
            readonly left_out: number;
        };
        /** @description A reference layer of the project. */
        readonly LayerReply: {
            readonly key: string;
            readonly name: string;
            /** @enum {string} */
            readonly kind: "vectors" | "tiles";
            /** @description Features; 0 of tiles. */
            readonly count: number;
        };
        /** @description What of a layer lies in a part of a scene. */
        readonly LayerViewReply: {
            /** @description GeoJSON geometries in the scene's CRS, clipped to the part and simplified for its resolution. */
            readonly geometries: readonly {
                readonly [key: string]: unknown;
            }[];
            /** @description Features that lie there; more than are sent where there are more than 5,000, or more than 200,000 vertices: the smallest are left out. */
            readonly total: number;
        };
        /** @description The project's reference layers, by name. */
        readonly LayersReply: {
            readonly layers: readonly components["schemas"]["LayerReply"][];
        };
        /** @description A scene that an author was in. */
        readonly LeftSceneReply: {
            readonly scene_id: number;
            readonly time: string;
        };
        /** @description Upper bounds that the server checks; a client that keeps them is never refused for size. */
        readonly LimitsReply: {
            /** @description Edits in one changeset. */
            readonly edits: number;
            /** @description Features in one reply: the largest `limit`. */
            readonly features: number;
            /** @description Points on, and points beside, an object to outline; each. */
            readonly prompt_points: number;
            /** @description Characters of a note on a feature. */
            readonly note: number;
            /** @description Bytes of a request body. */
            readonly body_bytes: number;
        };
        /** @description A GeoJSON LineString, in the scene's CRS. */
        readonly LineStringGeometry: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "LineString";
            /** @description At least two different positions; it may cross itself. */
            readonly coordinates: readonly (readonly [
                number,
                number
            ])[];
        };
        /** @description A GeoJSON LineString, in the scene's CRS. */
        readonly LineStringReply: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "LineString";
            readonly coordinates: readonly (readonly [
                number,
                number
            ])[];
        };
        /**
         * @description Expansion of a scene's longitude and latitude on the WGS 84 ellipsoid, within a millimetre.
         *
         *     With u = 2 col / width - 1, v = 2 row / height - 1 and the Chebyshev polynomials T, the ellipsoid's normal is
         *     normal[k] = sum of coefficients[k][i][j] * T_i(v) * T_j(u): x towards longitude 0, y towards 90° E, z north.
         */
        readonly LonLatExpansionReply: {
            readonly coefficients: readonly (readonly (readonly number[])[])[];
        };
        /** @description The class that labels of another one get, which is retired. */
        readonly MergeBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description `version` of the list that the change was made on; where it is another one by now, 409. */
            readonly version: string;
            readonly into: string;
        };
        /** @description A class that a model finds. */
        readonly ModelClassReply: {
            readonly key: string;
            /** @enum {string} */
            readonly geometry: "polygon" | "box";
            readonly color: string;
            /** @description Lower scores are not proposed unless that is asked for. */
            readonly min_score: number;
            /** @description The project's class that it is proposed as; null where it has none. */
            readonly partner: string | null;
        };
        /** @description A model package with its card. */
        readonly ModelReply: {
            readonly name: string;
            readonly version: string;
            /** @description What its proposals are signed with: name, version, start of its hash. */
            readonly reference: string;
            readonly description: string;
            /** @description False where the project has installed or made it. */
            readonly shipped: boolean;
            /** @description It stands in for the shipped package of its name. */
            readonly hides_shipped: boolean;
            readonly classes: readonly components["schemas"]["ModelClassReply"][];
            /** @description Ground metres per pixel that scenes are read at. */
            readonly gsd_m: number;
            /** @description Of scenes that it can be expected to work on. */
            readonly gsd_range_m: readonly [
                number,
                number
            ];
            readonly licence: string;
            readonly research_only: boolean;
            /** @description Data learnt from. */
            readonly sources: readonly {
                readonly [key: string]: components["schemas"]["JsonValue"];
            }[];
            readonly figures: readonly components["schemas"]["FigureReply"][];
            /** @description Of a fine-tuned model: what the package that it started from reached on the same data. */
            readonly before: readonly components["schemas"]["FigureReply"][];
            readonly notes: readonly string[];
            /** @description The package that it was fine-tuned from. */
            readonly started_from: string | null;
        };
        /** @description What people made of a model's proposals of one class. */
        readonly ModelResultReply: {
            /** @description Name of the model. */
            readonly model: string;
            /** @description Its name, version and the start of its hash, as its labels have it. */
            readonly reference: string;
            /** @description Key of the project's class. */
            readonly model_class: string;
            /** @description Accepted as they were proposed. */
            readonly unchanged: number;
            /** @description Accepted with another outline or class. */
            readonly corrected: number;
            /** @description Rejected, or deleted by a person. */
            readonly rejected: number;
            readonly undecided: number;
            /** @description Accepted of the decided ones; null before the first. */
            readonly right: components["schemas"]["ShareReply"] | null;
        };
        /** @description How models did in this project; proposals that later ones replaced are not counted. */
        readonly ModelResultsReply: {
            readonly results: readonly components["schemas"]["ModelResultReply"][];
        };
        /** @description The shipped packages and the project's own, by name. */
        readonly ModelsReply: {
            readonly models: readonly components["schemas"]["ModelReply"][];
            /** @description Names of folders whose card cannot be read. */
            readonly broken: readonly string[];
        };
        /** @description A GeoJSON MultiPolygon, in the scene's CRS: one object of several parts, which do not overlap. */
        readonly MultiPolygonGeometry: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "MultiPolygon";
            /** @description The rings of each part, as of a Polygon. At most 10000 rings and 100000 vertices in all parts together; one part alone is stored as a Polygon. */
            readonly coordinates: readonly (readonly (readonly (readonly [
                number,
                number
            ])[])[])[];
        };
        /** @description A GeoJSON MultiPolygon of two parts or more, in the scene's CRS. */
        readonly MultiPolygonReply: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "MultiPolygon";
            readonly coordinates: readonly (readonly (readonly (readonly [
                number,
                number
            ])[])[])[];
        };
        /** @description A class to add, or a retired one to bring back. */
        readonly NewClassBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description `version` of the list that the change was made on; where it is another one by now, 409. */
            readonly version: string;
            readonly key: string;
            /**
             * @description The key with spaces for underscores where not given.
             * @default null
             */
            readonly name?: string | null;
            /**
             * @description #rrggbb; the next one of the palette where not given.
             * @default null
             */
            readonly color?: string | null;
            /** @default null */
            readonly hotkey?: string | null;
            /**
             * @description What the desk makes of outlines that people draw.
             * @default free
             * @enum {string}
             */
            readonly shape?: "free" | "squared" | "round";
            /**
             * @description Key of the class that it is to stand below.
             * @default null
             */
            readonly parent?: string | null;
            /**
             * @description Polygons where not given, or what a retired class had.
             * @default null
             */
            readonly geometry?: ("polygon" | "box" | "oriented-box" | "line" | "point") | null;
        };
        /** @description A file to upload. */
        readonly NewFileBody: {
            readonly name: string;
            /** @description Bytes. */
            readonly size: number;
        };
        /** @description Jobs to queue; `geoengine worker` runs them. */
        readonly NewJobsBody: {
            /** @description Made by the client, new for each request; the same again gets the same jobs again. */
            readonly token: string;
            readonly work: components["schemas"]["PrelabelWork"] | components["schemas"]["ExportWork"] | components["schemas"]["FinetuneWork"];
        };
        /** @description Files to upload together: a raster with its side-cars, or a VRT with its parts. */
        readonly NewUploadBody: {
            /** @description Made by the client; it names the upload. The same again goes on with it. */
            readonly token: string;
            /**
             * @description `uuid` of the project that is meant; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            readonly files: readonly components["schemas"]["NewFileBody"][];
        };
        /** @description An empty object. */
        readonly NothingBody: Record<string, never>;
        /** @description Prompt in the scene's CRS: points on the object, or a box around it, or both. */
        readonly OutlineBody: {
            /** @description On the object. */
            readonly points?: readonly (readonly [
                number,
                number
            ])[];
            /** @description Beside it. */
            readonly negative?: readonly (readonly [
                number,
                number
            ])[];
            /**
             * @description minx, miny, maxx, maxy around it.
             * @default null
             */
            readonly box?: readonly [
                number,
                number,
                number,
                number
            ] | null;
            /**
             * @description What it is: accepted objects of this class tell its size.
             * @default null
             */
            readonly class?: string | null;
        };
        /** @description One proposed outline. */
        readonly OutlineReply: {
            readonly geometry: components["schemas"]["PolygonReply"];
            /** @description For ranking; no probability. */
            readonly quality: number;
        };
        /** @description Proposed outlines, best first; none where no object is found. */
        readonly OutlinesReply: {
            readonly outlines: readonly components["schemas"]["OutlineReply"][];
            /** @description `watershed-cut`, or the name of the package. */
            readonly method: string;
            readonly elapsed_ms: number;
            /** @description How to get better outlines, where something is missing for them. */
            readonly note: string | null;
        };
        /** @description Work that is asked about and not yet asked for. */
        readonly OutlookBody: {
            readonly work: components["schemas"]["PrelabelWork"] | components["schemas"]["FinetuneWork"];
        };
        /** @description What some work would do. */
        readonly OutlookReply: {
            readonly scenes: number;
            /** @description Keys of the project's classes that it is about. */
            readonly classes: readonly string[];
            /** @description Of a fine-tuning: each class of the model or the project. */
            readonly labels: readonly components["schemas"]["ClassLabelsReply"][];
            /** @description Labels of each class to learn from and to measure on. */
            readonly needed: readonly [
                number,
                number
            ];
            /** @description Scenes that the model has been over before. */
            readonly again: number;
            /** @description At the model's resolution; null for a fine-tuning. */
            readonly megapixels: number | null;
            /** @description At the speed of the last runs here; null before the first. */
            readonly seconds: number | null;
            /** @description Why it would be refused; null where it would not. */
            readonly problem: string | null;
            /** @description The first of them. */
            readonly warnings: readonly string[];
            readonly more_warnings: number;
            /** @description It is refused unless `accepted` says that it is to be done nevertheless. */
            readonly far: boolean;
        };
        /** @description How many proposals people decided since some time, and how fast. */
        readonly PaceReply: {
            readonly since: string;
            readonly decided: number;
            readonly at_once: number;
            /** @description As of one person, over the time of all together. */
            readonly an_hour: number | null;
            /** @description The one who decided most first. */
            readonly people: readonly components["schemas"]["PersonPaceReply"][];
        };
        /** @description Another scene of the same ground, taken on another date. */
        readonly PairReply: {
            readonly scene_id: number;
            readonly key: string;
            readonly name: string;
            readonly acquired_at: string;
            readonly sensor: string | null;
            readonly marking: string | null;
            /** @description From this scene's date to the other's; negative where that one is earlier. */
            readonly days: number;
            /** @description Common ground over the ground of the smaller scene, 0 to 1. */
            readonly overlap: number;
            /** @description The other scene drawn on this one's tile grid, with {z}, {x} and {y}. */
            readonly tiles: string;
        };
        /** @description The scenes that one scene can be compared with, the newest first. */
        readonly PairsReply: {
            readonly pairs: readonly components["schemas"]["PairReply"][];
        };
        /** @description Decisions of one person. */
        readonly PersonPaceReply: {
            readonly author: string;
            /** @description Proposals accepted or rejected that still are. */
            readonly decided: number;
            /** @description Of them, those decided by steps of more than ten. */
            readonly at_once: number;
            /** @description Seconds between one step and the next, each counted as at most 300. */
            readonly active_s: number;
            /** @description Decisions in an hour of that time, without those at once and the first step's; null for less than ten minutes. */
            readonly an_hour: number | null;
        };
        /** @description What is there of a file. */
        readonly PieceReply: {
            /** @description Bytes that are on the disk. */
            readonly offset: number;
        };
        /** @description Pin as it shall be: a new one, or a change of one. */
        readonly PinBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description Made by the client; the same for all revisions of a pin. */
            readonly uid: string;
            readonly x: number;
            readonly y: number;
            /** @description The question, one line of 1 to 500 characters. */
            readonly text: string;
            /**
             * @description A new pin is open.
             * @default open
             * @enum {string}
             */
            readonly state?: "open" | "resolved" | "removed";
            /**
             * @description The revision that the change was made on; 0 for a new pin.
             * @default 0
             */
            readonly revision?: number;
        };
        /** @description Pin as it is now. */
        readonly PinReply: {
            readonly uid: string;
            /** @description In the scene's CRS. */
            readonly x: number;
            readonly y: number;
            readonly text: string;
            /** @enum {string} */
            readonly state: "open" | "resolved" | "removed";
            readonly revision: number;
            /** @description Who made this revision. */
            readonly author: string;
            /** @description When that was. */
            readonly time: string;
            /** @description Who made the first revision. */
            readonly asked_by: string;
            /** @description When that was. */
            readonly asked_at: string;
        };
        /** @description Pins of a scene, oldest first; none that are removed. */
        readonly PinsReply: {
            readonly pins: readonly components["schemas"]["PinReply"][];
        };
        /** @description A named place. */
        readonly PlaceReply: {
            readonly name: string;
            /** @description Degrees, WGS 84. */
            readonly lon: number;
            /** @description Degrees, WGS 84. */
            readonly lat: number;
            /** @description Feature class of GeoNames: A region, H water, L area, P settlement, R road, S building, T mountain, U undersea, V vegetation; may be empty. */
            readonly kind: string;
            /** @description ISO 3166-1 alpha-2; may be empty. */
            readonly country: string;
            readonly in_scene: boolean;
        };
        /** @description Places of a name, those in the scene first. */
        readonly PlacesReply: {
            /** @description Whether the project has a gazetteer. */
            readonly gazetteer: boolean;
            /** @description At most 10. */
            readonly places: readonly components["schemas"]["PlaceReply"][];
        };
        /** @description A GeoJSON Point, in the scene's CRS. */
        readonly PointGeometry: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "Point";
            readonly coordinates: readonly [
                number,
                number
            ];
        };
        /** @description A GeoJSON Point, in the scene's CRS. */
        readonly PointReply: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "Point";
            readonly coordinates: readonly [
                number,
                number
            ];
        };
        /** @description A GeoJSON Polygon, in the scene's CRS. */
        readonly PolygonGeometry: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "Polygon";
            /** @description The outer ring, then holes; each ring ends where it begins. At most 100000 vertices in all rings together. */
            readonly coordinates: readonly (readonly (readonly [
                number,
                number
            ])[])[];
        };
        /** @description A GeoJSON Polygon, in the scene's CRS. */
        readonly PolygonReply: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "Polygon";
            readonly coordinates: readonly (readonly (readonly [
                number,
                number
            ])[])[];
        };
        /** @description Pre-labeling with a model: one job for each scene. */
        readonly PrelabelWork: {
            /**
             * @description Ids of scenes; all where not given.
             * @default null
             */
            readonly scenes?: readonly number[] | null;
            /**
             * @description No proposals that score lower.
             * @default null
             */
            readonly min_score?: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly kind: "prelabel";
            /** @description Name of a model package. */
            readonly model: string;
            /**
             * @description Keys of the project's classes to propose; all that the model finds where not given.
             * @default null
             */
            readonly classes?: readonly string[] | null;
            /**
             * @description The project's class for a class of the model, where their names differ.
             * @default null
             */
            readonly map?: {
                readonly [key: string]: string;
            } | null;
            /**
             * @description Work also on scenes far outside the model's resolutions, which are refused else.
             * @default false
             */
            readonly accepted?: boolean;
        };
        /**
         * @description Problem details (RFC 9457): the body of every reply with an error status.
         *
         *     The only reply in which a field may be missing.
         */
        readonly ProblemReply: {
            /** @description urn:geoengine:problem:<kind>, the same for the same kind of problem. */
            readonly type: string;
            readonly title: string;
            readonly status: number;
            /** @description One sentence: what was got and what was expected. */
            readonly detail: string;
            /**
             * @description With 400 and 422: what is wrong where.
             * @default null
             */
            readonly errors?: readonly components["schemas"]["FieldErrorReply"][] | null;
            /**
             * @description With 409: what is there now.
             * @default null
             */
            readonly conflicts?: readonly components["schemas"]["ConflictReply"][] | null;
            /**
             * @description With 409 of a pin: the pin as it is now.
             * @default null
             */
            readonly pin?: components["schemas"]["PinReply"] | null;
            /**
             * @description With 409 of a piece of a file: where the next one begins.
             * @default null
             */
            readonly offset?: number | null;
        };
        /** @description The project that is served. */
        readonly ProjectReply: {
            /** @description Identity of the project; a name may be given twice. */
            readonly uuid: string;
            readonly name: string;
            /** @description Whether people are asked how sure they are of an object. */
            readonly confidence: boolean;
            /** @description Handling marking to be shown with everything. */
            readonly marking: string | null;
            /** @description Nothing can be changed: the project's disk cannot be written. */
            readonly read_only: boolean;
            /** @description Who edits are by when a changeset doesn't say. */
            readonly author: string;
            readonly version: string;
            /** @description Of the list of classes, as `/api/classes` has it. */
            readonly classes_version: string;
            readonly classes: readonly components["schemas"]["ClassReply"][];
            readonly limits: components["schemas"]["LimitsReply"];
        };
        /** @description One proposal to review, or a pair of them. */
        readonly QueueItem: {
            /** @description The proposal; of a pair the surer one. */
            readonly uid: string;
            /** @description Key of a label class. */
            readonly class: string;
            readonly score: number | null;
            /** @description In the scene's CRS, around both of a pair. */
            readonly bbox: readonly [
                number,
                number,
                number,
                number
            ];
            /** @description The other one of a pair. */
            readonly other: string | null;
            /** @description Intersection over union of a pair. */
            readonly overlap: number | null;
            /** @description Share of the smaller one of a pair that lies in the other. */
            readonly inside: number | null;
        };
        /** @description Proposals in the order of their review. */
        readonly QueueReply: {
            readonly items: readonly components["schemas"]["QueueItem"][];
            readonly total: number;
        };
        /** @description A request whose jobs are meant. */
        readonly RequestBody: {
            readonly token: string;
        };
        /** @description Return of a deleted feature, changed where a field is given. */
        readonly RestoreEdit: {
            /**
             * @description Key of a label class.
             * @default null
             */
            readonly class?: string | null;
            /** @default null */
            readonly geometry?: (components["schemas"]["PolygonGeometry"] | components["schemas"]["MultiPolygonGeometry"] | components["schemas"]["LineStringGeometry"] | components["schemas"]["PointGeometry"]) | null;
            /** @default null */
            readonly state?: ("proposed" | "accepted" | "rejected") | null;
            /**
             * @description Replaces all attributes.
             * @default null
             */
            readonly attributes?: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            } | null;
            /**
             * @description Changes these attributes, removes those that are null, and leaves the others.
             * @default null
             */
            readonly set_attributes?: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            } | null;
            /** @default null */
            readonly unsure?: boolean | null;
            /**
             * @description An empty one removes the note.
             * @default null
             */
            readonly note?: string | null;
            /**
             * @description An empty one removes it.
             * @default null
             */
            readonly confidence?: ("" | "possible" | "probable" | "confirmed") | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "restore";
            readonly uid: string;
            /** @description The revision the edit was made on. */
            readonly base_revision: number;
        };
        /** @description One revision of a feature. */
        readonly RevisionReply: {
            readonly revision: number;
            readonly author: string;
            readonly time: string;
            readonly comment: string | null;
            readonly changeset: number;
            readonly feature: components["schemas"]["FeatureReply"];
        };
        /** @description A layer that can be shown with one scene: of the project, or another scene of the same ground. */
        readonly SceneLayerReply: {
            readonly key: string;
            readonly name: string;
            /** @enum {string} */
            readonly kind: "vectors" | "tiles" | "scene";
            /** @description Of another scene: its handling marking. */
            readonly marking: string | null;
            /** @description Its map tiles on this scene's tile grid, with {z}, {x} and {y}; null of vectors, and where `problem` says why there are none. */
            readonly tiles: string | null;
            /** @description The first level of the scene's tiles at which it is shown. */
            readonly min_level: number;
            /** @description Why it cannot be shown, one sentence; null where it can. */
            readonly problem: string | null;
        };
        /** @description What can be shown with one scene: the project's layers by name, then other scenes by name. */
        readonly SceneLayersReply: {
            readonly layers: readonly components["schemas"]["SceneLayerReply"][];
        };
        /** @description A scene as the map needs it. */
        readonly SceneReply: {
            readonly id: number;
            readonly key: string;
            readonly name: string;
            /** @description Pixels. */
            readonly width: number;
            /** @description Pixels. */
            readonly height: number;
            /** @description Ground metres per pixel at the centre; null without a CRS. */
            readonly gsd_m: number | null;
            /** @description EPSG:3857, or a name where no authority lists it; null without one. */
            readonly crs: string | null;
            readonly bands: number;
            readonly dtype: string;
            readonly acquired_at: string | null;
            /** @description Platform or sensor, as the file spells it. */
            readonly sensor: string | null;
            readonly marking: string | null;
            readonly created_at: string;
            readonly counts: components["schemas"]["CountsReply"];
            /** @description Who said that every object is labelled; or null. */
            readonly complete: components["schemas"]["CompletionReply"] | null;
            /** @description Number of questions on places that are open. */
            readonly open_pins: number;
            readonly activity: components["schemas"]["ActivityReply"];
            /** @description Roughly, the outline's rings in longitude and latitude, one for each side of the antimeridian; null without a place on the Earth. */
            readonly footprint: readonly (readonly (readonly [
                number,
                number
            ])[])[] | null;
            /** @description Where a small picture of the scene is. */
            readonly thumbnail: string;
            /** @description One sentence where the scene's files are gone or are not those that were registered: what is drawn may not be what was labelled. */
            readonly changed: string | null;
            /** @description Areas that are complete, oldest first. */
            readonly complete_areas: readonly components["schemas"]["CompletionReply"][];
            readonly crs_wkt: string | null;
            /**
             * @description Of world coordinates.
             * @enum {string}
             */
            readonly units: "m" | "degrees" | "pixels" | "ft" | "us-ft";
            /** @description a, b, c, d, e, f: x = a*col + b*row + c and y = d*col + e*row + f. */
            readonly transform: readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ];
            /** @description minx, miny, maxx, maxy in world units. */
            readonly extent: readonly [
                number,
                number,
                number,
                number
            ];
            readonly tiles: components["schemas"]["TilesReply"];
            /** @description For coordinates under the pointer; null without a CRS, or not all on the Earth. */
            readonly chart: components["schemas"]["LonLatExpansionReply"] | null;
            readonly looks: components["schemas"]["DisplayOptionsReply"];
            /** @description World units per raster pixel. */
            readonly native_resolution: number;
            /** @description Angle between the line of sight and the vertical. */
            readonly off_nadir_deg: number | null;
            /** @description What the file says of its classification. */
            readonly classification: string | null;
            /** @description One sentence where a value fills the scene's border and is not declared as nodata: statistics leave it out. */
            readonly fill: string | null;
        };
        /** @description A scene as a list shows it. */
        readonly SceneSummaryReply: {
            readonly id: number;
            readonly key: string;
            readonly name: string;
            /** @description Pixels. */
            readonly width: number;
            /** @description Pixels. */
            readonly height: number;
            /** @description Ground metres per pixel at the centre; null without a CRS. */
            readonly gsd_m: number | null;
            /** @description EPSG:3857, or a name where no authority lists it; null without one. */
            readonly crs: string | null;
            readonly bands: number;
            readonly dtype: string;
            readonly acquired_at: string | null;
            /** @description Platform or sensor, as the file spells it. */
            readonly sensor: string | null;
            readonly marking: string | null;
            readonly created_at: string;
            readonly counts: components["schemas"]["CountsReply"];
            /** @description Who said that every object is labelled; or null. */
            readonly complete: components["schemas"]["CompletionReply"] | null;
            /** @description Number of questions on places that are open. */
            readonly open_pins: number;
            readonly activity: components["schemas"]["ActivityReply"];
            /** @description Roughly, the outline's rings in longitude and latitude, one for each side of the antimeridian; null without a place on the Earth. */
            readonly footprint: readonly (readonly (readonly [
                number,
                number
            ])[])[] | null;
            /** @description Where a small picture of the scene is. */
            readonly thumbnail: string;
            /** @description One sentence where the scene's files are gone or are not those that were registered: what is drawn may not be what was labelled. */
            readonly changed: string | null;
        };
        /** @description All scenes of the project. */
        readonly ScenesReply: {
            readonly scenes: readonly components["schemas"]["SceneSummaryReply"][];
        };
        /** @description Histogram of scores by state. */
        readonly ScoresReply: {
            /** @description One more than there are bins; the last bin has both its edges. */
            readonly edges: readonly number[];
            readonly proposed: readonly number[];
            readonly accepted: readonly number[];
            readonly rejected: readonly number[];
            readonly unscored: components["schemas"]["UnscoredReply"];
            /** @description The scene's newest changeset when this was counted. */
            readonly changeset: number;
        };
        /** @description Windows of a scene that somebody has seen. */
        readonly SeenBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description Left, top, right and bottom in pixels of the scene: what was on the screen at 1:1 or closer, for half a second. Cells that lie wholly in one of them count as seen. */
            readonly windows: readonly (readonly [
                number,
                number,
                number,
                number
            ])[];
        };
        /** @description Cells of a scene that were seen, as lengths of runs row by row, the first one of cells that are not. */
        readonly SeenReply: {
            /** @description Side of a cell in pixels of the scene, from its upper left corner on. */
            readonly cell_px: number;
            readonly rows: number;
            readonly cols: number;
            /** @description Runs of cells that have a valid pixel. */
            readonly valid: readonly number[];
            /** @description Runs of cells that anybody has seen. */
            readonly seen: readonly number[];
            /** @description Runs of cells that the author has seen. */
            readonly mine: readonly number[];
            /** @description Share of the valid pixels that anybody has seen, 0 to 1. */
            readonly share: number;
        };
        /** @description A share with its 95 % interval, as if objects were independent of each other. */
        readonly ShareReply: {
            readonly value: number;
            readonly low: number;
            readonly high: number;
        };
        /** @description One step: a changeset of a person. */
        readonly StepReply: {
            readonly changeset: number;
            /** @description When it was saved, in UTC. */
            readonly time: string;
            readonly comment: string | null;
            /** @description Numbers of objects by what became of them: `drawn`, `deleted`, `restored`, `reshaped`, `classified`, `accepted`, `rejected`, `proposed` or `said`, the first that applies. */
            readonly counts: {
                readonly [key: string]: number;
            };
            /** @description Around its objects as they are now, in the scene's CRS. */
            readonly bbox: readonly [
                number,
                number,
                number,
                number
            ];
            /** @description Its first 50 objects. */
            readonly uids: readonly string[];
            /** @description Those of `uids` that are deleted now. */
            readonly deleted: readonly string[];
        };
        /** @description Steps of a person on a scene, the newest first. */
        readonly StepsReply: {
            readonly steps: readonly components["schemas"]["StepReply"][];
        };
        /** @description Stretch of a scene: the bands shown, and the native values that become black and white. */
        readonly StretchReply: {
            /** @description Counted from 1: one, three, or the two of an index. */
            readonly bands: readonly number[];
            /** @description The value shown as black, of each channel, with scale and offset. */
            readonly low: readonly number[];
            /** @description The value shown as white, of each channel. */
            readonly high: readonly number[];
            readonly gamma: number;
            readonly index: string | null;
            readonly colormap: string | null;
        };
        /** @description Who takes a decision back. */
        readonly TakeBackBody: {
            /**
             * @description `uuid` of the project the edits are of; another one than that served gets 412.
             * @default null
             */
            readonly project?: string | null;
            /**
             * @description Who edits; the server's default where blank.
             * @default null
             */
            readonly author?: string | null;
            /** @description Made by the client, new for each changeset; the same again gets the first answer again. */
            readonly token: string;
        };
        /** @description TileJSON 3.0. */
        readonly TileJsonReply: {
            /**
             * @default 3.0.0
             * @constant
             */
            readonly tilejson: "3.0.0";
            readonly name: string;
            /**
             * @default xyz
             * @constant
             */
            readonly scheme: "xyz";
            /** @description Addresses with {z}, {x} and {y}. */
            readonly tiles: readonly string[];
            readonly minzoom: number;
            readonly maxzoom: number;
            /** @description West, south, east, north in degrees, WGS 84. */
            readonly bounds: readonly [
                number,
                number,
                number,
                number
            ];
            /** @description Longitude, latitude, zoom. */
            readonly center: readonly [
                number,
                number,
                number
            ];
        };
        /** @description Address of a scene's map tiles on its own grid, and their resolutions. */
        readonly TilesReply: {
            /** @description With {z}, {x} and {y}, row 0 on top, and the picture's version. */
            readonly url: string;
            /** @description Pixels. */
            readonly tile_size: number;
            /** @description World units per pixel at z = 0, 1, ...; the last is native. */
            readonly resolutions: readonly number[];
            /** @description World x, y of the raster's upper left corner. */
            readonly origin: readonly [
                number,
                number
            ];
        };
        /** @description Features by uid, and how many there are of each state. */
        readonly UidsReply: {
            /** @description In the order of creation, at most `limit`. */
            readonly uids: readonly string[];
            readonly proposed: number;
            readonly accepted: number;
            readonly rejected: number;
            /** @description The scene's newest changeset when this was read. */
            readonly changeset: number;
        };
        /** @description Features without a score. */
        readonly UnscoredReply: {
            readonly proposed: number;
            readonly accepted: number;
            readonly rejected: number;
        };
        /** @description Change of a feature; fields that are not given stay. */
        readonly UpdateEdit: {
            /**
             * @description Key of a label class.
             * @default null
             */
            readonly class?: string | null;
            /** @default null */
            readonly geometry?: (components["schemas"]["PolygonGeometry"] | components["schemas"]["MultiPolygonGeometry"] | components["schemas"]["LineStringGeometry"] | components["schemas"]["PointGeometry"]) | null;
            /** @default null */
            readonly state?: ("proposed" | "accepted" | "rejected") | null;
            /**
             * @description Replaces all attributes.
             * @default null
             */
            readonly attributes?: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            } | null;
            /**
             * @description Changes these attributes, removes those that are null, and leaves the others.
             * @default null
             */
            readonly set_attributes?: {
                readonly [key: string]: components["schemas"]["JsonValue"];
            } | null;
            /** @default null */
            readonly unsure?: boolean | null;
            /**
             * @description An empty one removes the note.
             * @default null
             */
            readonly note?: string | null;
            /**
             * @description An empty one removes it.
             * @default null
             */
            readonly confidence?: ("" | "possible" | "probable" | "confirmed") | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "update";
            readonly uid: string;
            /** @description The revision the edit was made on. */
            readonly base_revision: number;
        };
        /** @description A file that is uploaded. */
        readonly UploadFileReply: {
            /** @description As it is stored: without what file systems do not take. */
            readonly name: string;
            readonly size: number;
            /** @description Bytes that are there, on the disk: the next piece begins here. */
            readonly offset: number;
        };
        /** @description An upload that is not finished. */
        readonly UploadReply: {
            readonly token: string;
            readonly files: readonly components["schemas"]["UploadFileReply"][];
        };
        /** @description Middle of the view in the scene's CRS, and its resolution in units of the CRS per pixel of the screen. */
        readonly ViewState: {
            readonly x: number;
            readonly y: number;
            readonly resolution: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ActivityReply = components['schemas']['ActivityReply'];
export type AddImageryBody = components['schemas']['AddImageryBody'];
export type AddLayerBody = components['schemas']['AddLayerBody'];
export type AddedReply = components['schemas']['AddedReply'];
export type AttributeState = components['schemas']['AttributeState'];
export type AuthoredBody = components['schemas']['AuthoredBody'];
export type BookmarkBody = components['schemas']['BookmarkBody'];
export type BookmarkReply = components['schemas']['BookmarkReply'];
export type BookmarkState = components['schemas']['BookmarkState'];
export type BookmarksReply = components['schemas']['BookmarksReply'];
export type ChangesetBody = components['schemas']['ChangesetBody'];
export type ChangesetReply = components['schemas']['ChangesetReply'];
export type ChannelReply = components['schemas']['ChannelReply'];
export type ChoiceBody = components['schemas']['ChoiceBody'];
export type ChoiceReply = components['schemas']['ChoiceReply'];
export type ClassAttributeBody = components['schemas']['ClassAttributeBody'];
export type ClassAttributeReply = components['schemas']['ClassAttributeReply'];
export type ClassBody = components['schemas']['ClassBody'];
export type ClassChangeReply = components['schemas']['ClassChangeReply'];
export type ClassLabelsReply = components['schemas']['ClassLabelsReply'];
export type ClassListBody = components['schemas']['ClassListBody'];
export type ClassOrderBody = components['schemas']['ClassOrderBody'];
export type ClassReply = components['schemas']['ClassReply'];
export type ClassesReply = components['schemas']['ClassesReply'];
export type CompletionBody = components['schemas']['CompletionBody'];
export type CompletionReply = components['schemas']['CompletionReply'];
export type CompletionsReply = components['schemas']['CompletionsReply'];
export type ConflictReply = components['schemas']['ConflictReply'];
export type CountsReply = components['schemas']['CountsReply'];
export type CreateEdit = components['schemas']['CreateEdit'];
export type DecisionBody = components['schemas']['DecisionBody'];
export type DecisionReply = components['schemas']['DecisionReply'];
export type DeleteEdit = components['schemas']['DeleteEdit'];
export type DensityReply = components['schemas']['DensityReply'];
export type DisplayOptionsReply = components['schemas']['DisplayOptionsReply'];
export type ExportWork = components['schemas']['ExportWork'];
export type FacetsReply = components['schemas']['FacetsReply'];
export type FeatureCollectionReply = components['schemas']['FeatureCollectionReply'];
export type FeatureDetailReply = components['schemas']['FeatureDetailReply'];
export type FeatureProperties = components['schemas']['FeatureProperties'];
export type FeatureReply = components['schemas']['FeatureReply'];
export type FieldErrorReply = components['schemas']['FieldErrorReply'];
export type FigureReply = components['schemas']['FigureReply'];
export type FilterState = components['schemas']['FilterState'];
export type FindingKind = components['schemas']['FindingKind'];
export type FinetuneReply = components['schemas']['FinetuneReply'];
export type FinetuneWork = components['schemas']['FinetuneWork'];
export type FinishUploadBody = components['schemas']['FinishUploadBody'];
export type HealthDetailsReply = components['schemas']['HealthDetailsReply'];
export type HealthFindingReply = components['schemas']['HealthFindingReply'];
export type HealthReply = components['schemas']['HealthReply'];
export type HistogramReply = components['schemas']['HistogramReply'];
export type ImageryFileReply = components['schemas']['ImageryFileReply'];
export type ImageryFilesReply = components['schemas']['ImageryFilesReply'];
export type ImageryFolderReply = components['schemas']['ImageryFolderReply'];
export type ImageryReply = components['schemas']['ImageryReply'];
export type JobDetailReply = components['schemas']['JobDetailReply'];
export type JobErrorReply = components['schemas']['JobErrorReply'];
export type JobItemsReply = components['schemas']['JobItemsReply'];
export type JobReply = components['schemas']['JobReply'];
export type JobRequestReply = components['schemas']['JobRequestReply'];
export type JobRequestsReply = components['schemas']['JobRequestsReply'];
export type JobSceneReply = components['schemas']['JobSceneReply'];
export type JobSpeedReply = components['schemas']['JobSpeedReply'];
export type JobsReply = components['schemas']['JobsReply'];
export type JsonValue = components['schemas']['JsonValue'];
export type LayerFileReply = components['schemas']['LayerFileReply'];
export type LayerFilesReply = components['schemas']['LayerFilesReply'];
export type LayerReply = components['schemas']['LayerReply'];
export type LayerViewReply = components['schemas']['LayerViewReply'];
export type LayersReply = components['schemas']['LayersReply'];
export type LeftSceneReply = components['schemas']['LeftSceneReply'];
export type LimitsReply = components['schemas']['LimitsReply'];
export type LineStringGeometry = components['schemas']['LineStringGeometry'];
export type LineStringReply = components['schemas']['LineStringReply'];
export type LonLatExpansionReply = components['schemas']['LonLatExpansionReply'];
export type MergeBody = components['schemas']['MergeBody'];
export type ModelClassReply = components['schemas']['ModelClassReply'];
export type ModelReply = components['schemas']['ModelReply'];
export type ModelResultReply = components['schemas']['ModelResultReply'];
export type ModelResultsReply = components['schemas']['ModelResultsReply'];
export type ModelsReply = components['schemas']['ModelsReply'];
export type MultiPolygonGeometry = components['schemas']['MultiPolygonGeometry'];
export type MultiPolygonReply = components['schemas']['MultiPolygonReply'];
export type NewClassBody = components['schemas']['NewClassBody'];
export type NewFileBody = components['schemas']['NewFileBody'];
export type NewJobsBody = components['schemas']['NewJobsBody'];
export type NewUploadBody = components['schemas']['NewUploadBody'];
export type NothingBody = components['schemas']['NothingBody'];
export type OutlineBody = components['schemas']['OutlineBody'];
export type OutlineReply = components['schemas']['OutlineReply'];
export type OutlinesReply = components['schemas']['OutlinesReply'];
export type OutlookBody = components['schemas']['OutlookBody'];
export type OutlookReply = components['schemas']['OutlookReply'];
export type PaceReply = components['schemas']['PaceReply'];
export type PairReply = components['schemas']['PairReply'];
export type PairsReply = components['schemas']['PairsReply'];
export type PersonPaceReply = components['schemas']['PersonPaceReply'];
export type PieceReply = components['schemas']['PieceReply'];
export type PinBody = components['schemas']['PinBody'];
export type PinReply = components['schemas']['PinReply'];
export type PinsReply = components['schemas']['PinsReply'];
export type PlaceReply = components['schemas']['PlaceReply'];
export type PlacesReply = components['schemas']['PlacesReply'];
export type PointGeometry = components['schemas']['PointGeometry'];
export type PointReply = components['schemas']['PointReply'];
export type PolygonGeometry = components['schemas']['PolygonGeometry'];
export type PolygonReply = components['schemas']['PolygonReply'];
export type PrelabelWork = components['schemas']['PrelabelWork'];
export type ProblemReply = components['schemas']['ProblemReply'];
export type ProjectReply = components['schemas']['ProjectReply'];
export type QueueItem = components['schemas']['QueueItem'];
export type QueueReply = components['schemas']['QueueReply'];
export type RequestBody = components['schemas']['RequestBody'];
export type RestoreEdit = components['schemas']['RestoreEdit'];
export type RevisionReply = components['schemas']['RevisionReply'];
export type SceneLayerReply = components['schemas']['SceneLayerReply'];
export type SceneLayersReply = components['schemas']['SceneLayersReply'];
export type SceneReply = components['schemas']['SceneReply'];
export type SceneSummaryReply = components['schemas']['SceneSummaryReply'];
export type ScenesReply = components['schemas']['ScenesReply'];
export type ScoresReply = components['schemas']['ScoresReply'];
export type SeenBody = components['schemas']['SeenBody'];
export type SeenReply = components['schemas']['SeenReply'];
export type ShareReply = components['schemas']['ShareReply'];
export type StepReply = components['schemas']['StepReply'];
export type StepsReply = components['schemas']['StepsReply'];
export type StretchReply = components['schemas']['StretchReply'];
export type TakeBackBody = components['schemas']['TakeBackBody'];
export type TileJsonReply = components['schemas']['TileJsonReply'];
export type TilesReply = components['schemas']['TilesReply'];
export type UidsReply = components['schemas']['UidsReply'];
export type UnscoredReply = components['schemas']['UnscoredReply'];
export type UpdateEdit = components['schemas']['UpdateEdit'];
export type UploadFileReply = components['schemas']['UploadFileReply'];
export type UploadReply = components['schemas']['UploadReply'];
export type ViewState = components['schemas']['ViewState'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
