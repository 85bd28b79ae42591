"""What the package brings to the front door: the folders of its bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lstsr_core import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

BUNDLES = Path(__file__).with_name("bundles")
"""Folder of the bundles."""


@hookimpl
def lstsr_bundles() -> Iterable[Path]:
    """Bring every network of this package."""
    return bundles_in(BUNDLES)


def bundles_in(folder: Path) -> tuple[Path, ...]:
    """Give the bundles in a folder, in the order of their names."""
    return tuple(sorted(path.parent for path in folder.glob("*/SHA256SUMS")))
