"""What a run says while it works: lines for a person, JSON for a file or a pipe."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOTS = ("lstsr", "lstsr_core", "lstsr_data", "lstsr_physics", "lstsr_runtime")
"""Loggers of our packages."""


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        return json.dumps(
            {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": record.getMessage(),
            },
            ensure_ascii=False,
        )


class _Memory(logging.Handler):
    """Keeps lines in a list."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextlib.contextmanager
def remembered(earlier: Iterable[str] = ()) -> Iterator[list[str]]:
    """Remember what our packages say from here on, one JSON object a line.

    Parameters
    ----------
    earlier : iterable of str
        Lines to begin with.

    Yields
    ------
    list of str
        Grows with every line.
    """
    lines = list(earlier)
    handler = _Memory(lines)
    handler.setFormatter(JsonLines())
    with _listening(handler):
        yield lines


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell what our packages say on standard error: plain on a terminal, JSON in a pipe."""
    handler = logging.StreamHandler(sys.stderr)
    terminal = sys.stderr.isatty()
    handler.setFormatter(logging.Formatter("%(message)s") if terminal else JsonLines())
    with _listening(handler):
        yield


@contextlib.contextmanager
def _listening(handler: logging.Handler) -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ROOTS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
