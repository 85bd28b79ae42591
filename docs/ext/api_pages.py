"""The public rooms of every package, a page a package, from their docstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from files import write_if_new

if TYPE_CHECKING:
    from pathlib import Path

ROOMS = {
    "lstsr": ("accessor", "plots"),
    "lstsr_core": (
        *("kinds", "predictor", "sources", "errors", "scene", "storage", "grid", "nested"),
        *("footprint", "kernel", "quality", "bits", "bands", "options", "registry", "doctor"),
        *("domain", "plausible", "codes", "cards", "scene_card", "testing"),
    ),
    "lstsr_data": (
        *("scenes", "product", "rasters", "hdf4", "hdf5", "hdf4_swath", "swath_places"),
        *(
            "modis_aster",
            "modis_aster_fetch",
            "thermal_fine",
            "acquisition.fetch",
            "acquisition.series",
        ),
    ),
    "lstsr_physics": (
        *("coarsening", "footprint", "footprints", "forward", "footprint_fit", "upsampling"),
        *("registration", "shift", "degrade", "simulate", "scaling.analysis", "law.law"),
    ),
    "lstsr_runtime": (
        *("sharpening", "runs", "request", "execution"),
        *("validation.reading", "validation.station", "validation.ground", "validation.matching"),
        *("validation.scores", "validation.figure"),
    ),
}
"""Modules that users and plugins import, by package; the others are nobody's contract."""


def write(folder: Path) -> None:
    """Write a page for each package."""
    for package, rooms in ROOMS.items():
        title = f"{package}\n{'=' * len(package)}\n"
        own = [_section(f"{package}.{room}") for room in rooms]
        text = f"{title}\n.. automodule:: {package}\n\n" + "\n".join(own)
        write_if_new(folder / f"{package}.rst", text)


def _section(name: str) -> str:
    return f"{name}\n{'-' * len(name)}\n\n.. automodule:: {name}\n   :members:\n"
