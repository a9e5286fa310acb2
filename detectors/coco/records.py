"""Images, categories and objects of a COCO file, as its reader gives them."""

from __future__ import annotations

from dataclasses import dataclass

from detectors.coco.outlines import Outline
from detectors.coco.values import Box, Id


@dataclass(frozen=True, slots=True)
class CocoImage:
    """Image of a data set.

    Attributes:
        number: 1, 2, … in the order of the file.
        id: As the file gives it (number or text), for output.
        file_name: As given; "" where it is absent.
        size: (width, height) as the file says; None where it does not.
        split: The member `split` of the image, such as "train" or "val"; None where it is absent.
    """

    number: int
    id: Id
    file_name: str
    size: tuple[int, int] | None = None
    split: str | None = None

    @property
    def name(self) -> str:
        """File name, or the id where there is none, for messages."""
        return self.file_name or f"image {self.id}"


@dataclass(frozen=True, slots=True)
class CocoCategory:
    """Category of a data set.

    Attributes:
        number: 1, 2, … in the order of their ids.
        id: As the file gives it, for output.
        name: As given, without blanks around it.
        label: The name, with the id where two categories have the same name; unique.
    """

    number: int
    id: Id
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class CocoObject:
    """Labelled object.

    Attributes:
        number: 1, 2, … of those that are used, in the order of the file.
        id: As the file gives it, or "#N" for the N-th annotation where it gives none.
        image: Number of the image.
        category: Number of the category.
        bbox: x, y, width, height in pixels, with an area.
        outline: None where the file has none that can be used: the object is a box then.
        crowd: Whether it is a region of objects that are not told apart; to be ignored.
    """

    number: int
    id: Id
    image: int
    category: int
    bbox: Box
    outline: Outline | None
    crowd: bool

    @property
    def area(self) -> float:
        """Area in square pixels, of the outline where there is one."""
        return self.bbox[2] * self.bbox[3] if self.outline is None else self.outline.area()
