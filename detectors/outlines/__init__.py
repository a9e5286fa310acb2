"""Object outlines from a prompt, by watershed and graph cut or by a Segment Anything package; free of torch."""

from detectors.errors import OutlinePackageError, PromptError

__all__ = ["OutlinePackageError", "PromptError"]
