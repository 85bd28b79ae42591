"""The coarse rows and columns of a tile, with and without its margin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Window:
    """The coarse rows and columns that a tile gives, and those that it needs to see.

    Parameters
    ----------
    inner, outer : (slice, slice)
        Rows and columns without and with the margin, cut at the border of the scene.
    """

    inner: tuple[slice, slice]
    outer: tuple[slice, slice]

    def __str__(self) -> str:
        """Name the tile by its coarse pixels."""
        rows, columns = self.inner
        return f"rows {rows.start} to {rows.stop}, columns {columns.start} to {columns.stop}"

    def trim(self, factor: int) -> tuple[slice, slice]:
        """Give the fine rows and columns of the outer window that belong to the tile."""
        rows, columns = (
            slice((i.start - o.start) * factor, (i.stop - o.start) * factor)
            for i, o in zip(self.inner, self.outer, strict=True)
        )
        return rows, columns

    def quarters(self, margin: int) -> tuple[Window, ...]:
        """Cut the tile in the middle of its rows and of its columns."""
        rows, columns = map(_halves, self.inner)
        return tuple(self._part((r, c), margin) for r in rows for c in columns)

    def _part(self, inner: tuple[slice, slice], margin: int) -> Window:
        top, left = (
            slice(max(i.start - margin, o.start), min(i.stop + margin, o.stop))
            for i, o in zip(inner, self.outer, strict=True)
        )
        return Window(inner=inner, outer=(top, left))


def fine(window: slice, factor: int) -> slice:
    """Give the fine pixels of a range of coarse ones."""
    return slice(window.start * factor, window.stop * factor)


def _halves(side: slice) -> list[slice]:
    middle = (side.start + side.stop) // 2
    halves = slice(side.start, middle), slice(middle, side.stop)
    return [half for half in halves if half.start < half.stop]


def within(part: tuple[slice, slice], whole: tuple[slice, slice]) -> list[slice]:
    """Count the pixels of a part from the first one of the whole."""
    pairs = zip(part, whole, strict=True)
    return [slice(p.start - w.start, p.stop - w.start) for p, w in pairs]
