"""What a machine could do at most: sharpening moves its pixels through memory once."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

BYTES: Final = 13.0
"""Least that a sharpened pixel moves: a guide of 4 bytes read, temperature and uncertainty of 4 and
quality of 1 written. [byte / fine pixel]"""
COPIED: Final = 2**26
"""Size of what is copied to measure the memory: more than caches hold. [byte]"""
COPIES: Final = 5
"""Copies, of which the quickest counts. [1]"""


def memory_rate() -> float:
    """Measure what one thread copies, each byte counted as read and as written. [byte / s]"""
    source = np.ones(COPIED // 8)
    target = np.zeros_like(source)
    seconds = []
    for _ in range(COPIES):
        start = time.perf_counter()
        np.copyto(target, source)
        seconds.append(time.perf_counter() - start)
    return 2 * COPIED / min(seconds)


def share_of_limit(pixels: float, seconds: float, rate: float) -> float:
    """Give the share of the memory's rate that sharpening uses at least. [1]"""
    return pixels * BYTES / seconds / rate
