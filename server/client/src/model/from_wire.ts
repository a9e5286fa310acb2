/** Features as the server sends them. */

import type { Feature } from "./feature";
import { saying } from "./feature";
import { fromGeoJson } from "./geojson";
import type { FeatureReply } from "./wire";

export function fromWire({ id, geometry, properties: p }: FeatureReply): Feature {
  return Object.freeze({
    uid: id,
    classKey: p.class,
    geometry: fromGeoJson(geometry),
    state: p.state,
    score: p.score,
    revision: p.revision,
    origin: p.origin,
    model: p.model,
    author: p.author,
    time: p.time,
    deleted: p.deleted,
    said: saying(p),
    attributes: p.attributes,
  });
}
