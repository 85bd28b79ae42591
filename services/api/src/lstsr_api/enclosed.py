"""An HDF5 file of a stranger must hold its own pixels: it could name any file of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    import h5py


def demand_enclosed(path: Path) -> None:
    """Refuse an HDF5 file (netCDF-4) that takes pixels or groups from other files.

    The library follows external storage, virtual datasets and external links by itself, wherever
    they lead, so that ``/etc/passwd`` could be had as a temperature.

    Parameters
    ----------
    path : pathlib.Path
        A file of any format; all but HDF5 pass.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    """
    import h5py

    if not h5py.is_hdf5(path):
        return
    try:
        with h5py.File(path, "r") as file:
            found = file.visititems_links(lambda name, link: _outside(file, name, link))
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        found = f"HDF5 whose parts cannot be listed ({type(error).__name__})"
    if found:
        raise SourceError(
            "FILE_UNREADABLE",
            found=found,
            expected="a file that holds its own pixels",
            remedy="copy it into one file, as by gdal_translate or nccopy",
        )


def _outside(file: h5py.File, name: str, link: object) -> str | None:
    """Say what a link of a file has to do with another file; None where it has nothing."""
    import h5py

    if isinstance(link, h5py.ExternalLink):
        return "HDF5 with a link to another file"
    if not isinstance(link, h5py.HardLink):
        return None
    found = file[name]
    if isinstance(found, h5py.Dataset) and (found.external or found.is_virtual):
        return "HDF5 whose pixels lie in another file"
    return None
