"""A page is written only when it changes, so that builds stay incremental."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_if_new(path: Path, text: str) -> None:
    """Write a text where the file does not hold it yet."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
