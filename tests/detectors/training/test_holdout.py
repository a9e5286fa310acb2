"""Choice of held-out images by name."""

from __future__ import annotations

from detectors.training.holdout import held_out_names


def test_an_underscore_means_nothing() -> None:
    plain = held_out_names({f"{n}.jpg": {1} for n in range(60)}, 0.2)
    named = held_out_names({f"{n}_harbour.jpg": {1} for n in range(1000, 1060)}, 0.2)
    assert len(plain) == len(named) == 12


def test_of_every_site_a_share_is_held_out() -> None:
    seen = {f"{site}_{n}.tif": {1} for site in ("HARV", "OSBS") for n in range(10)}
    chosen = held_out_names(seen, 0.2, site="^[^_]+")
    assert sorted(name[:4] for name in chosen) == ["HARV", "HARV", "OSBS", "OSBS"]


def test_two_images_are_enough_to_hold_one_out() -> None:
    assert len(held_out_names({"a.jpg": {1}, "b.jpg": {2}}, 0.2)) == 1
    assert held_out_names({"a.jpg": {1}}, 0.2) == set()


def test_images_of_one_scene_stay_together() -> None:
    frames = {f"street{s}-{n}.jpg": {1} for s in range(10) for n in range(4)}
    chosen = held_out_names(frames, 0.2, r"street\d")
    assert len(chosen) == 8
    assert len({name.split("-")[0] for name in chosen}) == 2
    # No scene is as small as the share asked for: the smallest one it is.
    few = {name: numbers for name, numbers in frames.items() if name < "street3"} | {"street9-1.jpg": {1}}
    assert held_out_names(few, 0.05, r"street\d") == {"street9-1.jpg"}
    assert held_out_names(few, 0.0, r"street\d") == set()


def test_rare_classes_are_in_the_held_out_share_too() -> None:
    seen = {f"{n}.jpg": {1} for n in range(100)} | {f"{n}.jpg": {1, 2} for n in range(100, 110)}
    chosen = held_out_names(seen, 0.2)
    assert len(chosen) == 22
    assert sum(2 in seen[name] for name in chosen) == 2
