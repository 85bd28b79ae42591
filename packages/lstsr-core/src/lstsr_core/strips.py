"""A large field is worked on a strip of rows at a time, from top to bottom."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import xarray as xr
    from numpy.typing import NDArray

Found = TypeVar("Found")

AT_ONCE: Final = 4
"""Most strips that are worked on at once: more would fill the memory. [1]"""
PIXELS: Final = 2**20
"""Pixels of a strip, its surroundings apart: 8 MB of doubles, and a scene of usual size in one.
[pixel]"""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """Some rows of a field, without and with those around them that they depend on.

    Parameters
    ----------
    inner, outer : slice
        Rows without and with what lies around, cut at the border of the field.
    """

    inner: slice
    outer: slice

    @property
    def trim(self) -> slice:
        """Rows of the outer ones that are the inner ones."""
        top = self.inner.start - self.outer.start
        return slice(top, top + self.inner.stop - self.inner.start)


def strips_of(shape: tuple[int, ...], *, reach: int = 0, step: int = 1) -> Iterator[Strip]:
    """Cut the rows of a field into strips of about `PIXELS`.

    Parameters
    ----------
    shape : (int, ..., int, int)
        Of the field; the last two are its rows and columns.
    reach : int
        Rows around a strip that it depends on; a multiple of `step`. [pixel]
    step : int
        Strips begin at multiples of it. [pixel]

    Yields
    ------
    Strip
        From top to bottom; a single one for a field of no more than `PIXELS`.

    Examples
    --------
    >>> [strip.inner for strip in strips_of((5000, 2**19))][:2]
    [slice(0, 2, None), slice(2, 4, None)]
    """
    rows, columns = shape[-2:]
    height = max(PIXELS // max(columns, 1) // step, 1) * step
    yield from _cut(rows, height, reach)


def read_strips(
    field: xr.DataArray, height: int, *, reach: int = 0
) -> Iterator[tuple[Strip, NDArray[Any]]]:
    """Read a field strip by strip; each row is read but once.

    Parameters
    ----------
    field : xarray.DataArray, dims (y, x)
        In memory, or chunked; rows of its chunks wait until no strip needs them.
    height : int
        Rows of a strip. [pixel]
    reach : int
        Rows around it that are given too. [pixel]

    Yields
    ------
    strip : Strip
        Which rows.
    values : array, shape (rows of the outer ones, columns)
        Of the outer rows; must not be written to.
    """
    rows = field.sizes["y"]
    if field.chunks is None:
        values = field.to_numpy()
        yield from ((strip, values[strip.outer]) for strip in _cut(rows, height, reach))
        return
    waiting = list(pairwise((0, *accumulate(field.chunks[field.dims.index("y")]))))
    held: list[tuple[int, NDArray[Any]]] = []
    for strip in _cut(rows, height, reach):
        held = [(top, part) for top, part in held if top + len(part) > strip.outer.start]
        while waiting and waiting[0][0] < strip.outer.stop:
            top, end = waiting.pop(0)
            held.append((top, field.isel(y=slice(top, end)).to_numpy()))
        yield strip, _rows(held, strip.outer)


def work_strips(
    work: Callable[[Strip, NDArray[Any]], Found],
    field: xr.DataArray,
    height: int,
    *,
    reach: int = 0,
) -> Iterator[Found]:
    """Work on the strips of `read_strips`, some at once, and give what comes of them in order.

    Parameters
    ----------
    work : callable
        Takes a strip and its values; called by several threads.
    field, height, reach
        As `read_strips`.
    """
    from dask.system import CPU_COUNT

    threads, working = min(CPU_COUNT, AT_ONCE), deque[Any]()
    with ThreadPoolExecutor(threads) as pool:
        for strip, values in read_strips(field, height, reach=reach):
            working.append(pool.submit(work, strip, values))
            if len(working) > threads:
                yield working.popleft().result()
        while working:
            yield working.popleft().result()


def _cut(rows: int, height: int, reach: int) -> Iterator[Strip]:
    for top in range(0, rows, height):
        end = min(top + height, rows)
        yield Strip(inner=slice(top, end), outer=slice(max(top - reach, 0), min(end + reach, rows)))


def _rows(held: list[tuple[int, NDArray[Any]]], wanted: slice) -> NDArray[Any]:
    """Give rows of what is held, without a copy where one part has them all."""
    parts = [part[max(wanted.start - top, 0) : wanted.stop - top] for top, part in held]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
