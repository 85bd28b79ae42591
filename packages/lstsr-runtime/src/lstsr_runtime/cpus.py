"""How many processors this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
"""Where Linux tells what a container may use."""


def usable_cpus(cgroups: Path = CGROUPS) -> int:
    """Give the processors that the scheduler and the container's quota leave to this process.

    Parameters
    ----------
    cgroups : pathlib.Path
        Root of the control groups, of version 1 or 2.

    Returns
    -------
    int
        1 or more; a part of a processor counts as one. [1]
    """
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    return max(1, min(allowed, math.ceil(_quota(cgroups) or allowed)))


def _quota(cgroups: Path) -> float | None:
    """Give the quota in processors; None where there is none."""
    words = _words(cgroups / "cpu.max") or [
        *_words(cgroups / "cpu" / "cpu.cfs_quota_us"),
        *_words(cgroups / "cpu" / "cpu.cfs_period_us"),
    ]
    try:
        quota, period = (float(word) for word in words)
    except ValueError:  # "max", or not two numbers
        return None
    return quota / period if quota > 0 and period > 0 else None


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split()
    except OSError:
        return []
