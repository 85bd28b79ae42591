"""Write the scenes that networks learn from, their truth on the fine grid, and a split of them.

python tools/make_training_scenes.py --data DIR -o SCENES [--only modis-aster] [--simulated 20]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from fit_laws import COARSE, FINE, NOISE

from lstsr_core import LstsrError, build_scene, geobox_of, write_scene
from lstsr_core.grid import on_grid
from lstsr_core.scene import COARSE as COARSE_NODE
from lstsr_core.scene import GUIDE
from lstsr_data.modis_aster import open_database
from lstsr_data.thermal_fine import open_fine_fields
from lstsr_models.data.split import FOLDS, make_split, write_split
from lstsr_physics.degrade import View, degrade
from lstsr_physics.simulate import simulate_scene
from lstsr_runtime.bench.accuracy import split_scenes
from lstsr_runtime.bench.protocol import lay_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Made: TypeAlias = tuple[str, str, str, xr.DataTree]

SOURCES = ("modis-aster", "thermal-fine", "simulated")
"""Where scenes come from."""
LEAST = 12
"""Scenes smaller than this hold no chip. [coarse pixel]"""
SPACING = 60_000.0
"""Distance from one simulated scene to the next, wider than a scene. [m]"""
LARGEST = 160
"""Larger scenes are cut into parts. [coarse pixel]"""


def main() -> None:
    """Write scenes, skip those that are there, and write the split of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--only", choices=SOURCES, action="append")
    parser.add_argument("--simulated", type=int, default=0, help="how many")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--apart", choices=("place", "date"), action="append")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    made: dict[str, Callable[[], Iterator[Made]]] = {
        "modis-aster": lambda: registered(options.data),
        "thermal-fine": lambda: degraded(options.data),
        "simulated": lambda: simulated(options.simulated),
    }
    known = {}
    for source in options.only or SOURCES:
        for name, place, date, scene in made[source]():
            try:
                path = options.output / f"{name}.nc"
                path.unlink(missing_ok=True)
                write_scene(scene, path)
            except LstsrError as error:
                print(f"{name} left out: {error.code}, {error.found}")
                continue
            known[name] = (place, date)
    split = make_split(known, tuple(options.apart or ("place",)), options.folds)
    path = write_split(split, options.output / "split.json")
    print(f"{len(known)} scenes of {len({place for place, _ in known.values()})} places: {path}")


def registered(data: Path) -> Iterator[Made]:
    """Give the MODIS-ASTER scenes, ASTER laid as the registered protocol has it."""
    database = open_database(data)
    places = {one.scene: one.place for one in split_scenes(database)}
    for name, opened in database.items():
        scene = opened().load()
        truth = on_grid(lay_truth(scene).lst.astype(np.float32), geobox_of(guide_of(scene)))
        whole = build_scene(
            scene[COARSE_NODE].to_dataset(), guide_of(scene), xr.Dataset({"lst": truth})
        )
        yield f"modis-aster-{name}", f"modis-aster-{places[name]}", "", whole


def degraded(data: Path) -> Iterator[Made]:
    """Give the fine thermal fields as a coarse sensor would see them."""
    for seed, (name, opened) in enumerate(open_fine_fields(data).items()):
        native = opened()
        if "ndvi" not in native:
            continue
        fine = round(FINE / native.attrs["pixel"])
        coarse = fine * round(COARSE / FINE)
        view = View(coarse=coarse, fine=fine, noise=NOISE, seed=seed)
        about = (str(native.attrs["place"]), str(native.attrs["time"])[:10])
        for number, part in enumerate(cut(native[["lst", "ndvi"]], coarse)):
            try:
                yield f"fine-{name}-{number}", *about, degrade(part, view)
            except LstsrError as error:
                print(f"{name} left out: {error.code}, {error.found}")


def cut(native: xr.Dataset, coarse: int) -> Iterator[xr.Dataset]:
    """Cut a field into parts of at most `LARGEST` coarse pixels, whole ones."""
    rows, columns = (size // coarse for size in native["lst"].shape)
    for top in range(0, rows, LARGEST):
        for left in range(0, columns, LARGEST):
            height, width = min(LARGEST, rows - top), min(LARGEST, columns - left)
            if min(height, width) >= LEAST:
                y = slice(top * coarse, (top + height) * coarse)
                x = slice(left * coarse, (left + width) * coarse)
                yield native.isel(y=y, x=x)


def simulated(count: int) -> Iterator[Made]:
    """Give simulated scenes, each on ground of its own."""
    for seed in range(count):
        scene = simulate_scene(seed)
        east = seed * SPACING
        coarse, guide, reference = (
            node.to_dataset().assign_coords(x=node.to_dataset()["x"] + east)
            for node in (scene[COARSE_NODE], scene[GUIDE], scene["reference"])
        )
        whole = build_scene(coarse, guide[["ndvi"]], reference[["lst"]])
        yield f"simulated-{seed:03}", f"simulated-{seed:03}", "", whole


def guide_of(scene: xr.DataTree) -> xr.Dataset:
    """Give the guides of a scene."""
    return scene[GUIDE].to_dataset()


if __name__ == "__main__":
    main()
