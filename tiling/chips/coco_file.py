"""COCO file of the chips of a run, written as chips come."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any


class CocoFile:
    """COCO file that is written in one pass: annotations wait in a temporary file until all images are there."""

    def __init__(self, path: Path, categories: Sequence[str]) -> None:
        """Start `path`; categories are numbered from 1, in the order given."""
        self._numbers = {name: number for number, name in enumerate(categories, 1)}
        self.images = self.annotations = 0
        with ExitStack() as stack:
            self._file: IO[str] = stack.enter_context(path.open("w", encoding="utf-8"))
            buffer = path.with_name(f"{path.name}.annotations")
            self._annotations: IO[str] = stack.enter_context(buffer.open("w+", encoding="utf-8"))
            buffer.unlink()  # its space is freed when it is closed
            self._stack = stack.pop_all()
        self._file.write('{"images": [')

    def add(self, image: dict[str, Any], annotations: Iterable[dict[str, Any]]) -> None:
        """Add one chip: the members of its image entry except the id, and what `ChipLabels.clip` returned."""
        self.images += 1
        self._file.write(",\n" if self.images > 1 else "\n")
        self._file.write(json.dumps({"id": self.images} | image, ensure_ascii=False))
        for annotation in annotations:
            self.annotations += 1
            entry = {"id": self.annotations, "image_id": self.images} | annotation
            entry["category_id"] = self._numbers[entry.pop("category")]
            self._annotations.write(",\n" if self.annotations > 1 else "\n")
            self._annotations.write(json.dumps(entry, ensure_ascii=False))

    def finish(self) -> None:
        """Write the annotations after the images, and the categories."""
        self._file.write('\n],\n"annotations": [')
        self._annotations.seek(0)
        shutil.copyfileobj(self._annotations, self._file, 1 << 20)
        categories = [{"id": number, "name": name} for name, number in self._numbers.items()]
        self._file.write(f'\n],\n"categories": {json.dumps(categories, ensure_ascii=False)}}}\n')
        self._file.flush()

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._stack.close()
