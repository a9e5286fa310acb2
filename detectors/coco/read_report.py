"""Record of what a reader left out or had to put right, by reason, with the ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

_LISTED = 10


@dataclass(frozen=True)
class ReadReport:
    """Report on reading a COCO file: left out, put right, doubtful.

    Attributes:
        path: The file.
        left_out: Reason -> ids of what is not used at all. A reason names what it counts, such as "annotations of an
            image that is not in the file".
        repaired: Reason -> ids of what is used otherwise than the file says.
        doubtful: Reason -> ids of what is used as the file says, which is hardly what was meant.
    """

    path: Path
    left_out: dict[str, list[str]] = field(default_factory=dict)
    repaired: dict[str, list[str]] = field(default_factory=dict)
    doubtful: dict[str, list[str]] = field(default_factory=dict)

    def leave_out(self, reason: str, name: object) -> None:
        """Count one thing that is left out."""
        self.left_out.setdefault(reason, []).append(str(name))

    def repair(self, reason: str, name: object) -> None:
        """Count one thing that is used otherwise than the file says."""
        self.repaired.setdefault(reason, []).append(str(name))

    def doubt(self, reason: str, name: object) -> None:
        """Count one thing that is used as the file says, which is hardly what was meant."""
        self.doubtful.setdefault(reason, []).append(str(name))

    def sentences(self) -> list[str]:
        """Return one sentence for each reason, with the first ids."""
        return [
            f"{self.path.name}: {len(names):,} {done} ({reason}): {listed(names)}"
            for done, reasons in (
                ("left out", self.left_out),
                ("put right", self.repaired),
                ("doubtful", self.doubtful),
            )
            for reason, names in reasons.items()
        ]


def listed(names: list[str]) -> str:
    """Return names for a message, the first ten of them.

    >>> listed([str(i) for i in range(12)])
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more'
    """
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
