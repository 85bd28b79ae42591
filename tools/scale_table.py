"""Measure scale on the real scenes: the table, the figures and the numbers of docs/science.

    python tools/scale_table.py DATA

DATA is the folder that holds ``modis-aster`` and ``thermal-fine``.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scale_figures import draw_footprints, draw_slopes, draw_spectra
from scale_fine import fine_octaves, nature_fall
from scale_nature import GUIDE_LAID, aster_width, bent_by

from lstsr_core.grid import geobox_of
from lstsr_data.modis_aster import open_database
from lstsr_data.resampling import resample
from lstsr_physics.footprint_fit import fit_footprint
from lstsr_physics.scaling.octaves import octave_statistics
from lstsr_physics.scaling.periodogram import ring_spectra
from lstsr_runtime.bench.protocol import drop_contaminated, lay_truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr

SCIENCE = Path(__file__).resolve().parent.parent / "docs" / "science"
PIXEL = 231.656
"""Edge of a pixel of the NDVI and of ASTER in the database. [m]"""
OCTAVES = 5
TARGET = (-10.1, -15.3, -19.5, -21.9, -23.7)
"""Slopes of the octaves that were measured before, NDVI laid by cubic convolution. [K]"""
DRAWS, SEED = 2000, 1
"""How often, and from where, scenes are drawn again for an interval."""


def main(data: Path) -> None:
    """Write docs/science/scale-table.csv, scale-numbers.json and the figures."""
    scenes = [measure(read()) for read in open_database(data).values()]
    fall = nature_fall(data)
    spectrum = mean_spectrum([scene["spectrum"] for scene in scenes])
    width = {end: aster_width(*spectrum, fall[end]) for end in ("low", "middle", "high")}
    rows = [
        {**row, **nature(row, width, fall["middle"])}
        for how in GUIDE_LAID
        for row in table(scenes, how)
    ]
    fine = fine_octaves(data)
    numbers = {
        "scenes": len(scenes),
        "fall_of_nature": fall,
        "aster_sigma_m": width,
        "aster_mtf_525m": {k: float(np.exp(-2 * (np.pi * s / 525) ** 2)) for k, s in width.items()},
        "modis_footprint": modis(scenes),
        "fine": fine,
    }
    write_csv(rows)
    (SCIENCE / "scale-numbers.json").write_text(json.dumps(numbers, indent=2) + "\n")
    images = SCIENCE / "images"
    draw_slopes(rows, fine["heihe"]).savefig(images / "slope-by-octave.png", dpi=110)
    draw_spectra(spectrum, width["middle"], fall).savefig(images / "aster-spectrum.png", dpi=110)
    draw_footprints(numbers["modis_footprint"]).savefig(images / "footprints.png", dpi=110)


def measure(scene: xr.DataTree) -> dict[str, Any]:
    """Give the octaves of one scene for each way of laying the NDVI, and its spectrum."""
    aster = drop_contaminated(scene["reference/lst"].to_numpy())
    ndvi = scene["guide/ndvi"].to_numpy()
    guide = geobox_of(scene["guide"].to_dataset())
    box = geobox_of(scene["reference"].to_dataset())
    dx, dy = scene["reference"].attrs["displacement"]
    step = PIXEL / box.resolution.x
    target = box.translate_pix(-dx * step, -dy * step)
    rings = ring_spectra((aster - np.nanmean(aster))[None])
    return {
        "spectrum": dict(zip(rings.wavenumber / PIXEL, rings.power[0], strict=True)),
        "footprint": fit_footprint(lay_truth(scene).lst, scene["coarse/lst"].to_numpy(), 4),
        **{
            how: octave_statistics(
                aster, resample(ndvi, guide, target, how=how), pixel=PIXEL, octaves=OCTAVES
            )
            for how in GUIDE_LAID
        },
    }


def mean_spectrum(spectra: list[dict[float, float]]) -> tuple[Any, Any]:
    """Average the logarithm of the power over scenes, at wavenumbers that nearly all hold."""
    counts = {k: [one[k] for one in spectra if one.get(k, 0) > 0] for one in spectra for k in one}
    held = sorted(k for k, values in counts.items() if len(values) > len(spectra) * 0.9)
    return np.array(held), np.array([np.exp(np.mean(np.log(counts[k]))) for k in held]) * PIXEL**2


def table(scenes: list[dict[str, Any]], how: str) -> Iterator[dict[str, Any]]:
    """Average the octaves over scenes; intervals from drawing scenes again."""
    slopes = np.array([scene[how]["slope"].to_numpy() for scene in scenes])
    correlations = np.array([scene[how]["correlation"].to_numpy() for scene in scenes])
    drawn = np.random.default_rng(SEED).integers(len(slopes), size=(DRAWS, len(slopes)))
    low, high = np.nanquantile(np.nanmean(slopes[drawn], axis=1), (0.05, 0.95), axis=0)
    for octave in range(OCTAVES):
        yield {
            "ndvi_laid_by": how,
            "block_m": round(PIXEL * 2**octave, 1),
            "slope": round(float(np.nanmean(slopes[:, octave])), 2),
            "slope_low": round(float(low[octave]), 2),
            "slope_high": round(float(high[octave]), 2),
            "correlation": round(float(np.nanmean(correlations[:, octave])), 3),
            "before": TARGET[octave] if how == "cubic" else "",
        }


def nature(row: dict[str, Any], width: dict[str, float], fall: float) -> dict[str, float]:
    """Give the slope without what ASTER, MODIS and the resampling bend, and its range."""
    ends = {
        name: row["slope"] / bent_by(row["block_m"], PIXEL, sigma, row["ndvi_laid_by"], fall)
        for name, sigma in width.items()
    }
    return {
        "nature_slope": round(ends["middle"], 2),
        "nature_low": round(min(ends.values()), 2),
        "nature_high": round(max(ends.values()), 2),
    }


def modis(scenes: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the median of what MODIS was found to see of ASTER, and its spread."""
    found = [scene["footprint"] for scene in scenes]
    return {
        name: {
            "median": np.round(
                np.median([getattr(one, name) for one in found], axis=0), 3
            ).tolist(),
            "spread": np.round(np.std([getattr(one, name) for one in found], axis=0), 3).tolist(),
        }
        for name in ("sigma", "mtf", "shift", "gain", "residual")
    }


def write_csv(rows: list[dict[str, Any]]) -> None:
    """Write the table."""
    with (SCIENCE / "scale-table.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
