"""Errors that say what was found, what was expected and what to do."""

from __future__ import annotations

from lstsr_core.codes import BUG, CODES


class LstsrError(Exception):
    """Base of every error that lstsr raises on purpose.

    Parameters
    ----------
    code : str
        Stable name of the kind of failure, a key of `lstsr_core.codes.CODES` or a plugin's own.
    found : str
        What was there.
    expected : str
        What should have been there.
    remedy : str
        What the reader can do now.
    """

    def __init__(self, code: str, *, found: str, expected: str, remedy: str) -> None:
        super().__init__(code, found, expected, remedy)
        self.code = code
        self.found = found
        self.expected = expected
        self.remedy = remedy

    def __str__(self) -> str:
        """Give the four parts, one a line."""
        return (
            f"{self.code}\n  found:    {self.found}\n"
            f"  expected: {self.expected}\n  remedy:   {self.remedy}"
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error travel between processes."""
        parts = {"found": self.found, "expected": self.expected, "remedy": self.remedy}
        return _rebuild, (type(self), self.code, parts)

    @property
    def exit_status(self) -> int:
        """Exit status a command ends with when it meets this error. [1]"""
        return CODES[self.code].exit_status if self.code in CODES else BUG


def _rebuild(kind: type[LstsrError], code: str, parts: dict[str, str]) -> LstsrError:
    return kind(code, **parts)


class PluginError(LstsrError):
    """A plugin cannot be loaded or breaks the contract."""


class UnknownNameError(PluginError):
    """No plugin offers the name asked for."""


class SceneError(LstsrError):
    """A scene, or a raster on its way into one, cannot be used."""


class SourceError(LstsrError):
    """A file or a server did not give what it should."""


class EmptySearchError(SourceError):
    """A search was answered, and the answer is nothing."""


class ModelError(LstsrError):
    """A model cannot run on this scene, or failed on it."""


class ResourceError(LstsrError):
    """Disk, memory or a device ran out."""
