"""Tests of `detectors.coco.categories`."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.coco.categories import match_categories
from detectors.coco.dataset import CocoDataset
from detectors.coco.records import CocoCategory
from detectors.errors import DatasetError
from tests.support.toy_detector import toy_card


def coco(*names: str) -> CocoDataset:
    categories = tuple(CocoCategory(n, 9 + n, name, name) for n, name in enumerate(names, start=1))
    return CocoDataset(Path("set.json"), (), categories)


def ids(*names: str, **renamed: str) -> dict[int, object]:
    return {label: c.id for label, c in match_categories(toy_card(), coco(*names), renamed).items()}


def test_names_match_whatever_their_case() -> None:
    assert ids("TREE", "road", "House") == {1: 12, 2: 10}
    assert ids("Tree") == {2: 10}
    assert ids("shed", "Small tree", House="Shed", tree="small_tree") == {1: 10, 2: 11}


@pytest.mark.parametrize(
    ("categories", "renamed", "sentence"),
    [
        (["road"], {}, r"model 'toy' finds house, tree, but set\.json has only the categories road; --map"),
        ([], {}, r"only the categories \(none\)"),
        (["tree"], {"ship": "tree"}, "model 'toy' has no class 'ship', only house, tree"),
        (["tree"], {"house": "hut"}, r"set\.json has no category 'hut', only tree"),
        (["Tree", "tree"], {}, r"'Tree' \(id 10\) and 'tree' \(id 11\), and class 'tree' could be any"),
        (["tree", "tree"], {"tree": "tree"}, r"class 'tree' could be any"),
        (["a", "b"], {"tree": "a", "Tree": "b"}, "'Tree' is mapped to two categories, 'a' and 'b'"),
    ],
)
def test_names_that_do_not_match_are_named(
    categories: list[str], renamed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(DatasetError, match=sentence):
        match_categories(toy_card(), coco(*categories), renamed)


def test_the_spelling_of_the_mapping_decides() -> None:
    assert ids("Tree", "tree", tree="Tree") == {2: 10}
