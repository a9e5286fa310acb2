"""A page of Chromium without anything that watches its network.

Playwright listens to every request, for which Chromium keeps up to 200 MB of the answers in the page's own process.
Where the memory of a page is weighed, it is handled by this instead: the same few calls, over the browser's debugging
protocol.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tornado.websocket import WebSocketClientConnection, websocket_connect

_MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
_PATIENCE_S = 60.0


class Connection:
    """To a page or to the browser: sends a command and waits for its answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop, address: str) -> None:
        """Connect to the address of a page or browser."""
        self._loop, self._number = loop, 0
        self._socket: WebSocketClientConnection = loop.run_until_complete(self._open(address))

    async def _open(self, address: str) -> WebSocketClientConnection:
        return await websocket_connect(address, max_message_size=1 << 26)

    def send(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a command to the browser and return its answer.

        Raises:
            RuntimeError: it answers with an error.
        """
        return self._loop.run_until_complete(self._send(method, parameters or {}))

    async def _send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        await self._socket.write_message(
            json.dumps({"id": self._number, "method": method, "params": parameters})
        )
        while True:
            answer = json.loads(await self._socket.read_message() or '{"error": "the page is gone"}')
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            if answer.get("id") == self._number:
                result: dict[str, Any] = answer["result"]
                return result


class Keyboard:
    """Presses keys."""

    def __init__(self, page: Connection) -> None:
        """Press keys of a page."""
        self._page = page

    def press(self, keys: str) -> None:
        """Press a key, or several as in ``Control+z``, of which all but the last are held down."""
        *held, key = keys.split("+")
        modifiers = sum(_MODIFIERS[name] for name in held)
        code = f"Key{key.upper()}" if len(key) == 1 else key
        event = {
            "key": key,
            "code": code,
            "modifiers": modifiers,
            "windowsVirtualKeyCode": ord(key.upper()[0]),
        }
        typed = {"text": key} if len(key) == 1 and not held else {}
        self._page.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, **typed})
        self._page.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


class Mouse:
    """Moves, presses and turns the wheel."""

    def __init__(self, page: Connection) -> None:
        """Move over a page, from its corner."""
        self._page, self._place, self._down = page, {"x": 0.0, "y": 0.0}, False

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        self._place = {"x": x, "y": y}
        self._event("mouseMoved", button="left" if self._down else "none", buttons=int(self._down))

    def down(self) -> None:
        """Press the left button."""
        self._down = True
        self._event("mousePressed", button="left", buttons=1, clickCount=1)

    def up(self) -> None:
        """Release the left button."""
        self._down = False
        self._event("mouseReleased", button="left", clickCount=1)

    def wheel(self, x: float, y: float) -> None:
        """Turn the wheel."""
        self._event("mouseWheel", deltaX=x, deltaY=y)

    def _event(self, kind: str, **values: object) -> None:
        self._page.send("Input.dispatchMouseEvent", {"type": kind, **self._place, **values})


class PlainPage:
    """One page; as far as a review needs it, as Playwright's."""

    def __init__(self, connection: Connection) -> None:
        """Drive the page at the other end of a connection."""
        self.connection = connection
        self.keyboard, self.mouse = Keyboard(connection), Mouse(connection)

    def goto(self, url: str) -> None:
        """Open an address."""
        self.connection.send("Page.navigate", {"url": url})

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; None where it has none or throws."""
        answer = self.connection.send(
            "Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True}
        )
        return answer["result"].get("value")


@contextmanager
def plain_page(chromium: str, flags: list[str]) -> Iterator[tuple[PlainPage, Connection]]:
    """Yield a page of 1280 x 800 px in a browser of its own, and the connection to that browser."""
    with tempfile.TemporaryDirectory(prefix="plain-page-", ignore_cleanup_errors=True) as profile:
        command = [
            chromium, *flags, "--headless", "--remote-debugging-port=0", "--remote-allow-origins=*",
            "--window-size=1280,800", f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        browser = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        loop = asyncio.new_event_loop()
        try:
            port, path = _address(Path(profile) / "DevToolsActivePort")
            targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
            address = next(each["webSocketDebuggerUrl"] for each in targets if each["type"] == "page")
            page = Connection(loop, address)
            size = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
            page.send("Emulation.setDeviceMetricsOverride", size)
            yield PlainPage(page), Connection(loop, f"ws://127.0.0.1:{port}{path}")
        finally:
            browser.kill()
            browser.wait()


def _address(file: Path) -> tuple[str, str]:
    """Wait until the browser listens; return the port and the path that it wrote."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if file.exists() and len(lines := file.read_text().splitlines()) == 2:
            return lines[0], lines[1]
        time.sleep(0.1)
    raise SystemExit(f"Chromium does not listen after {_PATIENCE_S:.0f} s.")
