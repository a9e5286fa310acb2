"""One server and one scene for many browser tests: each test puts its own objects there and reads what was saved."""

from __future__ import annotations

import itertools
import json
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import shapely

from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Origin
from tests.support.browser import Analyst, Server, to_pixels, to_world, wait_for

Pixel = tuple[float, float]
VIRTUAL_KEYS = {"Delete": 46, "Enter": 13, "Escape": 27, " ": 32}


@dataclass(frozen=True)
class Saved:
    """A feature as the server has it."""

    uid: str
    class_key: str
    state: str
    revision: int
    author: str
    deleted: bool
    outline: shapely.Polygon

    @property
    def corners(self) -> set[Pixel]:
        """Corners of all rings, in whole pixels."""
        rings = [self.outline.exterior, *self.outline.interiors]
        return {(round(x), round(y)) for ring in rings for x, y in ring.coords}


def saved(wire: Mapping[str, Any]) -> Saved:
    """Read a feature of a reply."""
    known = wire["properties"]
    names = ("state", "revision", "author", "deleted")
    outline = to_pixels(shapely.geometry.shape(wire["geometry"]))
    return Saved(wire["id"], known["class"], *(known[name] for name in names), outline)


@dataclass
class Ground:
    """A scene that each test empties and fills."""

    server: Server
    turn: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    uids: list[str] = field(default_factory=list)

    def put(
        self, *outlines: shapely.Polygon, proposed: bool = False, class_key: str = "building"
    ) -> list[str]:
        """Leave nothing but objects of these outlines, in pixels; return their uids, the surest proposal first."""
        self.clear()
        return self.add(*outlines, proposed=proposed, class_key=class_key)

    def clear(self) -> None:
        """Delete everything."""
        with self.server.project.store() as store:
            if not any(label.key == "car" for label in store.put_classes([])):
                store.put_classes([LabelClass("car", "Car", "#cc79a7")])
        edits = [dict(op="delete", uid=f.uid, base_revision=f.revision) for f in self.all()]
        for start in range(0, len(edits), 5000):
            self.edit(*edits[start : start + 5000])
        self.uids = []

    def add(
        self, *outlines: shapely.Polygon, proposed: bool = False, class_key: str = "building"
    ) -> list[str]:
        """Add objects to those that are there."""
        turn = next(self.turn)
        uids = [f"{turn:08x}{n:024x}" for n in range(1, len(outlines) + 1)]
        shapes = zip(uids, to_world(list(outlines)), strict=True)
        with self.server.project.store() as store:
            edits = [self._create(uid, class_key, shape, proposed) for uid, shape in shapes]
            for start in range(0, len(edits), 4000):
                store.commit(Changeset(uuid.uuid4().hex, 1, "ben", tuple(edits[start : start + 4000])))
        self.uids += uids
        return uids

    @staticmethod
    def _create(uid: str, class_key: str, shape: shapely.Polygon, proposed: bool) -> CreateFeature:
        if not proposed:
            return CreateFeature(uid, class_key, shape)
        score = 0.99 - int(uid[8:], 16) / 20_000
        return CreateFeature(uid, class_key, shape, FeatureState.PROPOSED, score, Origin.MODEL, "m")

    def all(self) -> list[Saved]:
        """The features that are not deleted."""
        reply = self._ask("/api/scenes/1/features?limit=100000")
        return [saved(feature) for feature in reply["features"]]

    def one(self, uid: str) -> Saved:
        """A feature, deleted or not."""
        return saved(self._ask(f"/api/features/{uid}")["feature"])

    def new(self) -> list[Saved]:
        """The features that were drawn or copied since `put`."""
        return [feature for feature in self.all() if feature.uid not in self.uids]

    def edit(self, *edits: Mapping[str, Any], author: str = "ben") -> None:
        """Save edits as somebody else."""
        body = {"token": uuid.uuid4().hex, "author": author, "edits": edits}
        self._ask("/api/scenes/1/changesets", body)

    def reshape(self, uid: str, outline: shapely.Polygon, author: str = "ben") -> None:
        """Give a feature another outline, in pixels, as somebody else."""
        geometry = shapely.geometry.mapping(to_world(outline))
        self.edit(
            dict(op="update", uid=uid, base_revision=self.one(uid).revision, geometry=geometry),
            author=author,
        )

    def _ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.server.url + path, data, {"Content-Type": "application/json"} if data else {}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)


class Hands(Analyst):
    """An analyst whose presses, moves and releases are single."""

    def start(self, fragment: str = "") -> None:
        """Open the scene at one screen pixel for each raster pixel."""
        self.open(fragment)
        self.keys("z")
        self.idle()

    def move(self, pixel: Pixel, steps: int = 4) -> None:
        """Move the pointer to a raster pixel."""
        self.page.mouse.move(*self.screen(pixel), steps=steps)

    def press(self, pixel: Pixel, *way: Pixel) -> None:
        """Press the button at a raster pixel, and pull to others."""
        self.move(pixel)
        self.page.mouse.down()
        for stop in way:
            self.move(stop)

    def let_go(self) -> None:
        """Release the button."""
        self.page.mouse.up()

    def pull(self, *way: Pixel) -> None:
        """Press, pull and let go."""
        self.press(*way)
        self.let_go()

    @contextmanager
    def holding(self, *modifiers: str) -> Iterator[None]:
        """Hold modifier keys down."""
        for name in modifiers:
            self.page.keyboard.down(name)
        yield
        for name in reversed(modifiers):
            self.page.keyboard.up(name)

    def clicks(self, *pixels: Pixel) -> None:
        """Click at raster pixels, one after the other."""
        for pixel in pixels:
            self.move(pixel)
            self.page.mouse.click(*self.screen(pixel))

    def selected(self) -> list[str]:
        """Return the uids of the selection."""
        uids: list[str] = self.evaluate("() => geoengine.selection.map((f) => f.uid)")
        return uids

    def select(self, uid: str, pixel: Pixel) -> None:
        """Click an object until it is selected."""
        self.clicks(pixel)
        wait_for(lambda: self.selected() == [uid], "the object is selected")

    def notice(self) -> str:
        """Return what the page says."""
        text: str = self.evaluate("document.querySelector('.notice').textContent")
        return text

    def dialog(self) -> str:
        """Return the words of an open modal dialog, or nothing."""
        text: str = self.evaluate("(document.querySelector('dialog:modal') || {}).innerText || ''")
        return text

    def settled(self) -> None:
        """Wait until everything is saved."""
        self.until("geoengine.saveStatus === 'saved' && geoengine.waiting === 0")

    def hold(self, key: str, code: str, modifiers: int = 0, times: int = 20, told: bool = True) -> None:
        """Hold a key down as a keyboard does; `told`: whether the system says that it repeats."""
        for n in range(times):
            self.raw_key(key, code, modifiers, repeat=told and n > 0)
        self.raw_key(key, code, modifiers, down=False)

    def raw_key(
        self, key: str, code: str, modifiers: int = 0, *, down: bool = True, repeat: bool = False
    ) -> None:
        """Send a key event as a keyboard of any layout does."""
        virtual = VIRTUAL_KEYS.get(key, ord(code[-1]))
        self.cdp.send(
            "Input.dispatchKeyEvent",
            dict(
                type="rawKeyDown" if down else "keyUp",
                key=key,
                code=code,
                windowsVirtualKeyCode=virtual,
                modifiers=modifiers,
                autoRepeat=repeat,
            ),
        )

    def press_raw(self, key: str, code: str, modifiers: int = 0) -> None:
        """Press and let go a key of any layout."""
        self.hold(key, code, modifiers, times=1)

    def touch(self, kind: str, *pixels: Pixel) -> None:
        """Send a touch event with fingers at raster pixels; those of `touchMove` are page coordinates added up."""
        points = [dict(x=x, y=y, id=n) for n, (x, y) in enumerate(map(self.screen, pixels))]
        self.cdp.send("Input.dispatchTouchEvent", dict(type=kind, touchPoints=points))

    def tap(self, pixel: Pixel) -> None:
        """Touch and lift a finger."""
        self.touch("touchStart", pixel)
        self.touch("touchEnd")

    @property
    def cdp(self) -> Any:
        """Chromium's own protocol."""
        if not hasattr(self, "_cdp"):
            self._cdp = self.page.context.new_cdp_session(self.page)
        return self._cdp


def box(left: float, top: float, right: float, bottom: float) -> shapely.Polygon:
    """Return a rectangle in pixels."""
    return shapely.box(left, top, right, bottom)


def grid(columns: int, rows: int, side: int = 30, pitch: int = 45) -> Sequence[shapely.Polygon]:
    """Return squares row by row, from the upper left corner on."""
    return [
        box(40 + pitch * c, 40 + pitch * r, 40 + pitch * c + side, 40 + pitch * r + side)
        for r in range(rows)
        for c in range(columns)
    ]
