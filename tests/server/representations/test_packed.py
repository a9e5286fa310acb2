"""Packed features say the same as their GeoJSON; the client's decoder is tested against the same fixture."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, affinity, box
from shapely.geometry import shape

from geoengine.model import (
    Changeset,
    Confidence,
    CreateFeature,
    FeatureColumns,
    FeatureState,
    GeometryKind,
    LabelClass,
    Origin,
    Scene,
    UpdateFeature,
    new_uid,
)
from server.representations.packed import ALIGNMENT, MAGIC, MEDIA_TYPE, TEXT, packed
from server.state import state_of
from tests.support.examples import examples

KINDS = {"road": GeometryKind.LINE, "mast": GeometryKind.POINT}
SAID = ("unsure", "note", "confidence")
FIXTURES = Path("server/client/tests/fixtures")


def unpacked(data: bytes) -> dict[str, Any]:
    """The slow reference of a decoder: the GeoJSON collection of packed features."""
    assert data[:8] == MAGIC
    size = int.from_bytes(data[8:12], "little")
    header = json.loads(data[16 : 16 + size])
    columns, offset = {}, 16 + size
    for column in header["columns"]:
        assert offset % ALIGNMENT == 0
        dtype = np.dtype(f"<{column['type']}")
        columns[column["name"]] = np.frombuffer(data, dtype, column["length"], offset).tolist()
        offset += -(-column["length"] * dtype.itemsize // ALIGNMENT) * ALIGNMENT
    assert offset == len(data)
    lists = header.pop("lists")
    texts = iter(lists["uid"])
    features = []
    for i in range(header.pop("count")):
        rings = range(columns["polygon_offsets"][i], columns["polygon_offsets"][i + 1])
        spans = [(2 * columns["ring_offsets"][r], 2 * columns["ring_offsets"][r + 1]) for r in rings]
        flat = columns["coordinates"]
        value = {name: lists[name][columns[name][i]] for name in lists if name not in ("uid", "said")}
        said = dict(zip(columns.get("said", []), lists.get("said", []), strict=True)).get(i)
        says = json.loads(said) if said else {"unsure": 0, "note": "", "confidence": ""}
        score = columns["score"][i]
        form, name = columns["uid_form"][i], bytes(columns["uid"][16 * i : 16 * i + 16]).hex()
        dashed = "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))
        features.append(
            {
                "type": "Feature",
                "id": next(texts) if form == TEXT else (None, dashed, name)[form],
                "geometry": geometry_of(
                    columns["geometry_type"][i],
                    [[[flat[at], flat[at + 1]] for at in range(start, stop, 2)] for start, stop in spans],
                    [ring - rings.start for ring in columns.get("part_rings", []) if ring in rings],
                ),
                "properties": {
                    "class": value["class_key"],
                    "state": value["state"],
                    "score": None if np.isnan(score) else score,
                    "revision": columns["revision"][i],
                    "origin": value["origin"],
                    "model": value["model"],
                    "author": value["author"],
                    "time": value["time"],
                    "attributes": json.loads(value["attributes"]),
                    "deleted": False,
                    **says,
                    "unsure": says["unsure"] == 1,
                },
            }
        )
    del header["columns"]
    return {"type": "FeatureCollection", **header, "features": features}


def geometry_of(kind: int, rings: list[Any], parts: list[int]) -> dict[str, Any]:
    """The GeoJSON of a type's number, rings and first rings of parts: a line and a point are one open ring."""
    if kind == 1:
        ends = [*parts[1:], len(rings)]
        return {
            "type": "MultiPolygon",
            "coordinates": [rings[start:end] for start, end in zip(parts, ends, strict=True)],
        }
    if kind == 0:
        return {"type": "Polygon", "coordinates": rings}
    [ring] = rings
    return (
        {"type": "LineString", "coordinates": ring}
        if kind == 2
        else {"type": "Point", "coordinates": ring[0]}
    )


number = st.floats(-1e7, 1e7, allow_subnormal=False)

uid = (
    st.uuids().map(str)
    | st.uuids().map(lambda made: made.hex)
    | st.from_regex(r"[0-9a-zA-Z-]{8,64}", fullmatch=True)
)


@st.composite
def creates(draw: st.DrawFn) -> CreateFeature:
    """A feature with up to three holes anywhere, sizes far apart and coordinates of all digits."""
    x, y = draw(number), draw(number)
    step = draw(st.floats(1.0, 1e4))
    holes = draw(st.integers(0, 3))
    outer = [(x, y), (x + 9 * step, y), (x + 9 * step, y + 2 * step), (x, y + 3 * step)]
    inner = [
        [(x + at, y + step), (x + at + step, y + step / 3), (x + at, y + step / 2)]
        for at in (step * (1 + 2 * n) for n in range(holes))
    ]
    by_model = draw(st.booleans())
    class_key = draw(st.sampled_from(["building", "tree", "road", "mast"]))
    polygon = Polygon(outer, inner)
    apart = [affinity.translate(polygon, 0, 10 * step * number) for number in range(draw(st.integers(1, 3)))]
    polygon = MultiPolygon(apart) if len(apart) > 1 else polygon
    geometry = {"road": LineString(outer), "mast": Point(x, y)}.get(class_key, polygon)
    return CreateFeature(
        draw(uid),
        class_key,
        geometry,
        draw(st.sampled_from(list(FeatureState))),
        draw(st.none() | st.floats(0, 1)),
        Origin.MODEL if by_model else Origin.HUMAN,
        draw(st.sampled_from(["overhead 1.0", "döcher, 2"])) if by_model else None,
        draw(st.sampled_from([{}, {"storeys": 3}, {"note": "Hof: „offen“", "list": [1, None]}])),
        draw(st.sampled_from([False, False, True])),
        draw(st.sampled_from(["", "", "Hof: „offen“ <b>"])),
        draw(st.sampled_from(list(Confidence))),
    )


@given(st.lists(creates(), min_size=1, max_size=8, unique_by=lambda create: create.uid), st.integers(1, 9))
@examples(40, fixtures=True)
def test_packed_agrees_with_geojson(
    app: Flask, client: FlaskClient, scene: Scene, made: list[CreateFeature], limit: int
) -> None:
    prefix = new_uid()[:6]  # examples share a project, and hypothesis likes to repeat itself
    made = [replace(create, uid=prefix + create.uid[6:]) for create in made]
    if len({create.uid for create in made}) < len(made):
        return
    store = state_of(app).store
    store.put_classes([LabelClass(key, key, "#123456", geometry=kind) for key, kind in KINDS.items()])
    store.commit(Changeset(new_uid(), scene.id, f"ana {prefix}", tuple(made)))
    url = f"/api/scenes/{scene.id}/features?author=ana {prefix}&limit={limit}"
    plain = client.get(url)
    reply = client.get(url, headers={"Accept": MEDIA_TYPE})
    assert (plain.mimetype, reply.mimetype) == ("application/json", MEDIA_TYPE)
    assert unpacked(reply.data) == plain.json
    assert len(plain.json["features"]) == min(limit, len(made))


def test_nothing_found(still_client: FlaskClient, scene: Scene) -> None:
    url = f"/api/scenes/{scene.id}/features"
    reply = still_client.get(url, headers={"Accept": MEDIA_TYPE})
    assert unpacked(reply.data) == still_client.get(url).json
    assert "Accept" in reply.headers["Vary"]


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/geo+json, */*;q=0.1"])
def test_json_unless_asked_for(still_client: FlaskClient, scene: Scene, accept: str | None) -> None:
    headers = {"Accept": accept} if accept else {}
    reply = still_client.get(f"/api/scenes/{scene.id}/features", headers=headers)
    assert reply.mimetype == "application/json"


def test_the_clients_fixture_is_what_the_server_writes() -> None:
    """`features.json` is written by hand; `features.packed.txt` (base64) has to be what the server makes of it.

    After a change of the layout: delete `features.packed.txt` and run this test, which writes it anew and fails once.
    """
    collection = json.loads((FIXTURES / "features.json").read_text())
    features = collection["features"]
    of = {name: [feature["properties"][name] for feature in features] for name in features[0]["properties"]}
    columns = FeatureColumns(
        uid=[feature["id"] for feature in features],
        class_key=of["class"],
        geometry=np.array([shape(feature["geometry"]) for feature in features], dtype=object),
        attributes=[json.dumps(value) for value in of["attributes"]],
        said=[
            json.dumps({name: value[name] for name in SAID} | {"unsure": int(value["unsure"])})
            if any(value[name] for name in SAID)
            else None
            for value in (feature["properties"] for feature in features)
        ],
        total=collection["total"],
        **{name: of[name] for name in ("state", "score", "revision", "origin", "model", "author", "time")},
    )
    members = {name: collection[name] for name in ("crs_note", "changeset", "total", "truncated")}
    path, data = FIXTURES / "features.packed.txt", packed(columns, members)
    if not path.exists():
        path.write_text(base64.encodebytes(data).decode())
        pytest.fail(f"{path} was missing and has been written")
    assert base64.decodebytes(path.read_bytes()) == data
    assert unpacked(data) == collection


def test_features_that_say_nothing_take_no_byte_for_it(app: Flask, client: FlaskClient, scene: Scene) -> None:
    def size() -> int:
        return len(client.get(f"/api/scenes/{scene.id}/features", headers={"Accept": MEDIA_TYPE}).data)

    creates = [
        CreateFeature(new_uid(), "tree", box(350_010 + x, 3_055_950, 350_011 + x, 3_055_951))
        for x in range(200)
    ]
    store = state_of(app).store
    store.commit(Changeset(new_uid(), scene.id, "ana", tuple(creates)))
    data = client.get(f"/api/scenes/{scene.id}/features", headers={"Accept": MEDIA_TYPE}).data
    assert b"said" not in data
    before = size()
    store.commit(Changeset(new_uid(), scene.id, "ana", (UpdateFeature(creates[7].uid, 1, unsure=True),)))
    assert size() - before < 250  # a column of one number and an entry in a list, and the time of the edit
