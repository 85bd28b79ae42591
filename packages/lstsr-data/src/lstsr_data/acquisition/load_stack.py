"""Counts of granules whose grids have an EPSG code, stacked by stackstac."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dask.array as da
    from numpy.typing import NDArray

    from lstsr_data.acquisition.pile import Pile


def stack(pile: Pile) -> da.Array:
    """Stack a band of granules.

    What stackstac leaves undone is done here: it gets ``proj:epsg``, which newer catalogues call
    ``proj:code``; it neither scales counts nor takes a failed file for an empty one; its files are
    opened by `lstsr_data.acquisition.pixels`, so that they are signed when they are read.

    Parameters
    ----------
    pile : Pile
        On a frame with an EPSG code.

    Returns
    -------
    dask array, shape (granule, y, x)
        Lazy counts as they are stored.
    """
    import stackstac

    box = pile.frame
    frame = box.boundingbox
    cube = stackstac.stack(
        [_item(number, layer.href, pile) for number, layer in enumerate(pile.layers)],
        assets=["band"],
        epsg=box.crs.epsg if box.crs is not None else None,
        resolution=(box.affine.a, -box.affine.e),
        bounds=(frame.left, frame.bottom, frame.right, frame.top),
        snap_bounds=False,
        chunksize=pile.chunk,
        dtype=pile.dtype,
        fill_value=pile.dtype.type(pile.fill),
        rescale=False,
        sortby_date=False,
        xy_coords=False,
        properties=False,
        band_coords=False,
        errors_as_nodata=(),
        reader=_ReaderThrough(pile=pile),
    )
    array: da.Array = cube.data[:, 0]
    return array


def _item(number: int, href: str, pile: Pile) -> dict[str, Any]:
    """Give the least item that stackstac takes, lying on the whole frame."""
    box = pile.frame
    epsg = box.crs.epsg if box.crs is not None else None
    place = {
        "proj:epsg": epsg,
        "proj:shape": list(box.shape),
        "proj:transform": list(box.affine)[:6],
    }
    return {
        "type": "Feature",
        "id": f"{number}",
        "bbox": list(box.geographic_extent.boundingbox.bbox),
        "properties": {"datetime": "1970-01-01T00:00:00Z", **place},
        "assets": {"band": {"href": href, "type": "image/tiff"}},
    }


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """What stackstac calls a Reader, and pickles."""

    href: str
    pile: Pile

    def read(self, window: Any, **_: object) -> NDArray[Any]:  # noqa: ANN401  rasterio is untyped
        """Read a window of the frame."""
        rows, columns = (slice(start, stop) for start, stop in window.toranges())
        return self.pile.read(self.href, self.pile.frame[rows, columns])

    def close(self) -> None:
        """Nothing stays open."""


@dataclass(frozen=True, kw_only=True)
class _ReaderThrough:
    """Makes the Reader of one file; stackstac calls it as it would call a class."""

    pile: Pile

    def __call__(self, *, url: str, **_: object) -> _Reader:
        return _Reader(href=url, pile=self.pile)
