"""Counts of granules on the sinusoidal grid, which has no EPSG code, stacked by odc-stac."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dask.array as da
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox
    from odc.loader.types import ReaderDriver

    from lstsr_data.acquisition.pile import Pile


def stack(pile: Pile) -> da.Array:
    """Stack a band of granules.

    What odc-stac leaves undone is done here: each granule keeps its place in the stack, whatever
    its time; the type and fill of the counts are those of the pile, not of the first item; files
    are opened by `lstsr_data.acquisition.pixels`, so that they are signed when they are read.

    Parameters
    ----------
    pile : Pile
        On a frame of any system.

    Returns
    -------
    dask array, shape (granule, y, x)
        Lazy counts as they are stored.
    """
    import odc.stac

    cube = odc.stac.load(
        [_item(number, layer.href, pile) for number, layer in enumerate(pile.layers)],
        bands=["band"],
        geobox=pile.frame,
        groupby="id",
        preserve_original_order=True,
        chunks={"x": pile.chunk, "y": pile.chunk},
        dtype=str(pile.dtype),
        nodata=pile.fill,
        driver=cast("ReaderDriver", _Driver(pile=pile)),
        fail_on_error=True,
    )
    array: da.Array = cube["band"].data
    return array


def _item(number: int, href: str, pile: Pile) -> Any:  # noqa: ANN401  pystac
    """Give the least item that odc-stac takes, lying on the whole frame."""
    from datetime import UTC, datetime, timedelta

    import pystac

    extent = pile.frame.geographic_extent
    item = pystac.Item(
        id=f"{number:06d}",
        geometry=extent.json,
        bbox=list(extent.boundingbox.bbox),
        datetime=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
        properties={},
    )
    item.add_asset("band", pystac.Asset(href=href, media_type=pystac.MediaType.COG))
    return item


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """What odc-stac calls a RasterReader."""

    href: str
    pile: Pile

    def read(
        self,
        _cfg: object,
        dst_geobox: GeoBox,
        *,
        dst: NDArray[Any] | None = None,
        **_: object,
    ) -> tuple[tuple[slice, slice], NDArray[Any]]:
        """Read a window of the frame."""
        rows, columns = dst_geobox.shape
        found = self.pile.read(self.href, dst_geobox)
        if dst is not None:
            dst[...] = found
            found = dst
        return (slice(0, rows), slice(0, columns)), found


@dataclass(frozen=True, kw_only=True)
class _Driver:
    """What odc-stac calls a ReaderDriver; it has no state but the pile."""

    pile: Pile
    md_parser: None = None
    dask_reader: None = None
    aux_reader: None = None

    def new_load(self, geobox: GeoBox, *, chunks: Any = None) -> _Driver:  # noqa: ANN401, ARG002
        return self

    def finalise_load(self, load_state: Any) -> Any:  # noqa: ANN401
        return load_state

    def capture_env(self) -> dict[str, Any]:
        return {}

    @contextmanager
    def restore_env(self, env: Any, load_state: Any) -> Iterator[_Driver]:  # noqa: ANN401, ARG002
        yield load_state

    def open(self, src: Any, ctx: Any) -> _Reader:  # noqa: ANN401, ARG002
        return _Reader(href=src.uri, pile=self.pile)
