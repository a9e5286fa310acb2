"""Tests of public names that are loaded on first use."""

from __future__ import annotations

import importlib

import pytest


@pytest.mark.parametrize("package", ["tiling", "tiling.grid", "tiling.raster", "tiling.chips", "detectors"])
def test_every_public_name_is_there(package: str) -> None:
    module = importlib.import_module(package)
    for name in module.__all__:
        assert getattr(getattr(module, name), "__name__", name) == name
        assert name in dir(module)
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nothing'"):
        _ = module.nothing


def test_rooms_offer_what_the_package_offers() -> None:
    import tiling
    from tiling.chips import plan_chips
    from tiling.grid import RasterGrid
    from tiling.raster import open_raster

    assert (plan_chips, RasterGrid, open_raster) == (tiling.plan_chips, tiling.RasterGrid, tiling.open_raster)
