"""A granule: an item of a catalogue, in the words that the rest of this package uses."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lstsr_data.acquisition.address import check_address
from lstsr_data.acquisition.band_metadata import BandMetadata, metadata_of
from lstsr_data.acquisition.one_date import check_one_date
from lstsr_data.acquisition.stated_grid import stated_box, unusable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from odc.geo.geobox import GeoBox

    from lstsr_core import StacSource

WHOLE: Final = (".hdf", ".h5", ".nc")
"""What the names of files that hold several bands end in."""
LAYERED: Final = (".tif", ".tiff")
"""What the names of layers that are files of their own end in."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One file of a granule.

    Parameters
    ----------
    href : str
        Unsigned address.
    box : GeoBox, optional
        Its grid, where the catalogue states it.
    metadata : BandMetadata
        How its counts are stored.
    size, digest : int, str, optional
        As the file extension of STAC states them. [byte], [multihash in hexadecimal]
    """

    href: str
    box: GeoBox | None = None
    metadata: BandMetadata = field(default_factory=BandMetadata)
    size: int | None = None
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Granule:
    """What a sensor saw at one time in one place.

    Parameters
    ----------
    name, collection : str
        As the catalogue calls them.
    start, end : datetime.datetime
        [UTC]
    bbox : tuple of float
        West, south, east, north; west is more than east over the antimeridian. [degree]
    layers : mapping of str to Layer
        By the names of bands that `Sensor.decode` knows; empty where `files` are given.
    files : tuple of Layer
        Those that are read whole: one that holds every band, or several that do so together.
    path : pathlib.Path, optional
        Where the product lies on this machine; its one of `files` is not fetched then.
    properties : mapping
        Of the item, as they are.
    """

    name: str
    collection: str
    start: dt.datetime
    end: dt.datetime
    bbox: tuple[float, float, float, float]
    layers: Mapping[str, Layer] = field(default_factory=dict)
    files: tuple[Layer, ...] = ()
    path: Path | None = None
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def middle(self) -> dt.datetime:
        """Middle of the time in which it was seen. [UTC]"""
        return self.start + (self.end - self.start) / 2

    @property
    def series(self) -> str:
        """What its name begins with: product or satellite, ``MOD11A1``, ``LC09``, ``S2B``."""
        return re.split(r"[._]", self.name, maxsplit=1)[0]


def read_granule(item: Mapping[str, Any], source: StacSource, bands: Sequence[str]) -> Granule:
    """Read an item.

    Parameters
    ----------
    item : mapping
        A STAC Item, version 1.0 or 1.1, as JSON has it.
    source : StacSource
        Which assets are bands; none where an item is one file, or names its layers only by files.
    bands : sequence of str
        Bands that are wanted, as files name them.

    Raises
    ------
    SourceError
        ``ITEM_UNUSABLE`` or ``HREF_REFUSED``.
    """
    try:
        properties, assets = item["properties"], item["assets"]
        name, bbox = str(item["id"]), tuple(map(float, item["bbox"]))
        start, end = _times(properties)
        found = _assets_of(assets, source, bands)
        files, layers = _files_or_layers(found, properties)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise unusable("every member", f"the item {item.get('id')!r}: {error!r}") from error
    check_one_date(name, [layer.href for layer in (*files, *layers.values())])
    flat = (*bbox[:2], *bbox[len(bbox) // 2 : len(bbox) // 2 + 2])
    return Granule(
        name=name,
        collection=str(item.get("collection", source.collection)),
        start=start,
        end=end,
        bbox=(flat[0], flat[1], flat[2], flat[3]),
        layers=layers,
        files=files or (() if layers else (_whole(assets, name, properties),)),
        properties=properties,
    )


def _times(properties: Mapping[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    instant = properties.get("datetime")
    start = properties.get("start_datetime") or instant
    end = properties.get("end_datetime") or instant
    return _moment(str(start)), _moment(str(end))


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)


def _assets_of(
    assets: Mapping[str, Any], source: StacSource, bands: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """Find the assets of bands, by their keys or else by what the names of their files end in."""
    if source.assets:
        return {band: assets[key] for band, key in source.assets.items() if key in assets}
    found = {}
    for band in bands:
        for asset in assets.values():
            if _path_of(asset).endswith(tuple(f"_{band}{ending}" for ending in LAYERED)):
                found[band] = asset
    return found


def _files_or_layers(
    found: Mapping[str, Mapping[str, Any]], properties: Mapping[str, Any]
) -> tuple[tuple[Layer, ...], dict[str, Layer]]:
    """Tell files that hold several bands each, and are read whole, from layers."""
    if any(_path_of(asset).endswith(WHOLE) for asset in found.values()):
        distinct = {asset["href"]: asset for asset in found.values()}
        return tuple(_layer(asset, properties) for asset in distinct.values()), {}
    return (), {band: _layer(asset, properties) for band, asset in found.items()}


def _path_of(asset: Mapping[str, Any]) -> str:
    return str(asset.get("href", "")).partition("?")[0]


def _whole(assets: Mapping[str, Any], name: str, properties: Mapping[str, Any]) -> Layer:
    for key in sorted(assets):
        asset = assets[key]
        if str(asset.get("href", "")).startswith("http") and _path_of(asset).endswith(WHOLE):
            return _layer(asset, properties)
    raise unusable("an asset for each band", f"the item {name!r} with {', '.join(sorted(assets))}")


def _layer(asset: Mapping[str, Any], properties: Mapping[str, Any]) -> Layer:
    check_address(asset["href"])
    size = asset.get("file:size")
    return Layer(
        href=asset["href"],
        box=stated_box(asset, properties),
        metadata=metadata_of(asset),
        size=size if isinstance(size, int) else None,
        digest=asset.get("file:checksum"),
    )
