"""Chips: plan and cut rasters, and labels with them, into a folder of training data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.lazy_names import lazy_names

if TYPE_CHECKING:
    from tiling.chips.options import ChipOptions
    from tiling.chips.write import write_chips
    from tiling.grid.plan import Block, ChipSpec, plan_blocks, plan_chips

__all__ = ["Block", "ChipOptions", "ChipSpec", "plan_blocks", "plan_chips", "write_chips"]

_MODULES = {
    "tiling.grid.plan": (
        "Block",
        "ChipSpec",
        "plan_blocks",
        "plan_chips",
    ),
    "tiling.chips.options": ("ChipOptions",),
    "tiling.chips.write": ("write_chips",),
}

if not TYPE_CHECKING:  # or a misspelt name would pass for one of type Any
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
