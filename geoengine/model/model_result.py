"""What people made of a model's proposals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelResult:
    """Numbers of proposals of one model and class by what became of them.

    Attributes:
        model: Reference of the model: name, version and the start of its hash.
        class_key: The class that was proposed; where that is retired, the one that its labels have now.
        unchanged: Accepted as they were proposed.
        corrected: Accepted with another outline or class.
        rejected: Rejected, or deleted by a person.
        undecided: Not decided yet.
    """

    model: str
    class_key: str
    unchanged: int
    corrected: int
    rejected: int
    undecided: int

    @property
    def decided(self) -> int:
        """Number of proposals that people decided."""
        return self.unchanged + self.corrected + self.rejected
