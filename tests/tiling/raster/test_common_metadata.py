"""What the files of a mosaic say together."""

from __future__ import annotations

from tiling.raster.metadata import SceneMetadata, common_metadata


def test_agreement_the_earliest_time_and_the_highest_marking() -> None:
    parts = [
        SceneMetadata("2024-05-02T00:00:00Z", "WV03", 10.0, "UNCLASSIFIED", ("red",)),
        SceneMetadata("2024-05-01T00:00:00Z", "WV03", 12.0, "SECRET//NOFORN", ("red",)),
        SceneMetadata(None, "WV03", 12.0, "SECRET", ("red",)),
    ]
    together = common_metadata(parts)
    assert together == SceneMetadata("2024-05-01T00:00:00Z", "WV03", None, "SECRET//NOFORN", ("red",))
    assert common_metadata([SceneMetadata()]) == SceneMetadata()
    odd = [SceneMetadata(classification=words) for words in ("TOP SECRET", "COSMIC")]
    assert common_metadata(odd).classification == "COSMIC"
