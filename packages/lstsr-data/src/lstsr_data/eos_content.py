"""What was read from an HDF-EOS file: its fields, and the texts that say what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import SceneError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

STRUCTURE: Final = "StructMetadata"
"""Texts that state grids and swaths, in parts that are numbered from 0."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """The counts of a science data set, shape (rows, columns), and its attributes."""

    counts: NDArray[Any]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What was read from a file.

    Parameters
    ----------
    path : str
        What the file is called in messages.
    texts : mapping of str to str
        Global attributes.
    names : tuple of str
        Names of all fields of the file.
    fields : mapping of str to Field
        Those that were wanted and are pictures.
    """

    path: str
    texts: Mapping[str, str]
    names: tuple[str, ...]
    fields: Mapping[str, Field]

    @property
    def structure(self) -> str:
        """The metadata that state grids and swaths, their parts joined."""
        parts = [name for name in self.texts if re.fullmatch(rf"{STRUCTURE}\.\d+", name)]
        ordered = sorted(parts, key=lambda name: int(name.rpartition(".")[2]))
        return "".join(self.texts[name] for name in ordered)

    def lacks(self, wanted: str) -> SceneError:
        """Make the error for a file that has not what is wanted of it."""
        return SceneError(
            "SCENE_INCOMPLETE",
            found=f"{self.path} with the fields {', '.join(self.names) or 'none'}",
            expected=wanted,
            remedy="name the sensor that the file comes from: `lstsr plugins` lists them",
        )
