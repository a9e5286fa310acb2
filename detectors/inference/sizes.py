"""Sizes of the pieces that inference works on; free of torch, for whoever plans and counts."""

from __future__ import annotations

from tiling.grid.plan import ChipSpec

# A network of stride 32 finds the same again only where it meets the pixels in the same phase.
DEFAULT_CHIPS = ChipSpec(size_px=1024, overlap_px=128, align_px=32)
DEFAULT_BATCH = 2

# Four chips to a block's side. With a halo of half the overlap, blocks add no chips to those of one grid over
# the scene.
BLOCK_PX = 4 * (DEFAULT_CHIPS.size_px - DEFAULT_CHIPS.overlap_px)
HALO_PX = DEFAULT_CHIPS.overlap_px // 2
