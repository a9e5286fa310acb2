"""Pins as HTTP replies."""

from __future__ import annotations

from geoengine.model import Pin
from server.schemas.pins import PinReply


def pin_reply(pin: Pin) -> PinReply:
    """Return a pin as it is now."""
    return PinReply(
        uid=pin.uid,
        x=pin.x,
        y=pin.y,
        text=pin.text,
        state=pin.state.value,
        revision=pin.revision,
        author=pin.author,
        time=pin.time,
        asked_by=pin.asked_by,
        asked_at=pin.asked_at,
    )
