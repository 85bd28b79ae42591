"""The published protocol P0, and the same with guide and reference where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SceneError
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE, factor_of
from lstsr_runtime.bench.inscribed import SMALLEST, TRIM, Common, cut_common
from lstsr_runtime.bench.printed_floor import bicubic_floor
from lstsr_runtime.bench.printed_scores import PRINTED_SCORES, score_printed
from lstsr_runtime.bench.referee import BenchProtocol, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

    from lstsr_data.modis_aster_by_index import Laid
    from lstsr_runtime.bench.referee import Scenes

DISPLACEMENT: Final = (0.43, 0.63)
"""How far right and down the result is moved onto ASTER in the registered variant: what repeats
the comparison scores of the published networks to 0.001 K. Scores on the coarse grid undo
(0.75, 0.75). [fine pixel]"""


@dataclass(frozen=True, kw_only=True)
class PrintedReferee:
    """Compares in the rectangle inside both, on the reference's UTM zone.

    Parameters
    ----------
    box : GeoBox
        Where results are taken to lie.
    reference : xarray.DataArray
        The reference on its own grid. [K]
    floor : array, shape (h, w)
        The bicubic image in the rectangle. [K]
    notes : dict
        Rows and columns of the rectangle.
    """

    box: GeoBox
    reference: xr.DataArray
    floor: NDArray[np.float64]
    notes: dict[str, object]

    def judge(self, result: xr.Dataset) -> Verdict:
        """Score a sharpened scene; see `lstsr_runtime.bench.printed_scores`.

        Raises
        ------
        SceneError
            ``NO_VALID_PIXELS`` where the result leaves so much out that its rectangle is another.
        """
        common = cut_common(result["lst"].to_numpy(), self.box, self.reference)
        if common is None or common.truth.shape != self.floor.shape:
            raise SceneError(
                "NO_VALID_PIXELS",
                found="a result that does not fill the rectangle of the bicubic image",
                expected="a temperature wherever the coarse one is known",
                remedy="leave this scene out, or score by the registered protocol",
            )
        return Verdict(
            scores=score_printed(common, self.floor),
            error=(common.prediction - common.truth).astype(np.float32),
        )


def printed() -> BenchProtocol:
    """Give the protocol P0: guide laid by index, results where the guide lies, bias kept."""
    return _protocol("p0", "index", "guide laid by array index, reference as it is")


def registered_utm() -> BenchProtocol:
    """Give the same rectangle with guide and reference where they belong."""
    return _protocol("registered-utm", "place", f"results moved by {DISPLACEMENT} fine pixels")


def _protocol(name: str, laid: Laid, words: str) -> BenchProtocol:
    return BenchProtocol(
        name=name,
        scores=PRINTED_SCORES,
        leading="rmse" if laid == "index" else "ubrmse",
        open_scenes=partial(_open, laid=laid),
        referee_of=_referee,
        about={
            "laid": words,
            "grid": "the one that a warper chooses for the MODIS tile in ASTER's UTM zone",
            "smallest_rectangle_pixels": SMALLEST,
            "trimmed_pixels": TRIM,
            "mean_difference": "kept, but in ubrmse",
            "means": "arithmetic over scenes",
        },
    )


def _open(folder: Path, laid: Laid) -> Scenes:
    from lstsr_data.modis_aster import open_database

    return open_database(folder, laid)


def _referee(scene: xr.DataTree) -> PrintedReferee | None:
    box = geobox_of(scene[GUIDE].to_dataset()).translate_pix(*_displacement(scene))
    reference = scene[REFERENCE].to_dataset()[LST]
    here = on_grid(reference.to_numpy(), geobox_of(reference))
    floor = bicubic_floor(scene[COARSE][LST].to_numpy(), factor_of(scene))
    common: Common | None = cut_common(floor, box, here)
    if common is None:
        return None
    rows, columns = common.truth.shape
    return PrintedReferee(
        box=box,
        reference=here,
        floor=common.prediction,
        notes={"rows": rows, "columns": columns},
    )


def _displacement(scene: xr.DataTree) -> tuple[float, float]:
    """Give the corner of a guide laid by index, else what ASTER lies beside."""
    from lstsr_data.modis_aster_by_index import CORNER

    columns, rows = scene[GUIDE].attrs.get(CORNER, DISPLACEMENT)
    return columns, rows
