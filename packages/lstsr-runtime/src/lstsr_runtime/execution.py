"""How a run is carried out; no bit of its result depends on it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lstsr_core import SourceError

SIZES: Final = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
"""Bytes of the units of memory. [byte]"""
BINARY: Final = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
"""Bytes of the units that are powers of two. [byte]"""
SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
"""A number and a unit, such as 4GB or 512 MiB."""


@dataclass(frozen=True, kw_only=True)
class Execution:
    """How a run is carried out.

    Parameters
    ----------
    memory : int, optional
        Most that this process, or each worker of its own, may hold. [byte]
    workers : int
        Processes of a cluster on this machine; 0 for threads of this process. [1]
    cluster : str
        Address of the scheduler of a cluster; empty for none.
    force : bool
        Whether a run folder that is there already is made again.
    """

    memory: int | None = None
    workers: int = 0
    cluster: str = ""
    force: bool = False

    def __post_init__(self) -> None:
        """Refuse two places to compute at, and numbers that mean nothing."""
        if self.workers and self.cluster:
            raise _invalid(f"--workers {self.workers} and --cluster", "one of the two")
        if self.workers < 0:
            raise _invalid(f"--workers {self.workers}", "0 or more")


IN_THREADS: Final = Execution()
"""Threads of this process, as many as it may use, and the memory that they take."""


def read_size(text: str) -> int:
    """Read a size of memory. [byte]

    Raises
    ------
    SourceError
        ``OPTION_INVALID``.

    Examples
    --------
    >>> read_size("4GB"), read_size("1.5 GiB")
    (4000000000, 1610612736)
    """
    match = SIZE.fullmatch(text.strip())
    prefix, binary = (match[2].lower(), bool(match[3])) if match else ("", False)
    if not match or (binary and not prefix):
        raise _invalid(f"--memory {text}", "a number and a unit, such as 4GB or 512MiB")
    return int(float(match[1]) * (BINARY if binary else SIZES)[prefix])


def _invalid(found: str, expected: str) -> SourceError:
    return SourceError(
        "OPTION_INVALID",
        found=found,
        expected=expected,
        remedy="`lstsr sharpen --help` shows the options",
    )
