"""Which formats can be read here."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Final, NamedTuple

from lstsr_core.doctor import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reader(NamedTuple):
    """A format, the module that reads it, the package that brings the module, and the remedy."""

    subject: str
    module: str
    package: str
    remedy: str


READERS: Final = (
    Reader("HDF4 (MODIS granules)", "pyhdf.SD", "pyhdf", "pip install 'lstsr-data[hdf4]'"),
    Reader("HDF5 (VIIRS granules)", "h5py", "h5py", "pip install --force-reinstall h5py"),
    Reader(
        "netCDF (SLSTR, scenes)", "h5netcdf", "h5netcdf", "pip install --force-reinstall h5netcdf"
    ),
    Reader(
        "GeoTIFF (all others)", "rasterio", "rasterio", "pip install --force-reinstall rasterio"
    ),
)
"""What reads which format. GDAL may read HDF4 too, but is not asked to."""


def examine() -> Iterator[Finding]:
    """Import the reader of each format, which shows whether its libraries are there too."""
    for reader in READERS:
        try:
            import_module(reader.module)
            state = f"read by {reader.package} {metadata.version(reader.package)}"
            yield Finding(subject=reader.subject, state=state)
        except ModuleNotFoundError:
            state = f"cannot be read: {reader.package} is not installed"
            yield Finding(subject=reader.subject, state=state, remedy=reader.remedy, broken=False)
        except (ImportError, OSError) as error:
            state = f"cannot be read: {' '.join(str(error).split())}"
            yield Finding(subject=reader.subject, state=state, remedy=reader.remedy)
