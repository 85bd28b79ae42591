"""The registered protocol: truth laid on the coarse grid's own division, mean difference off."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.scene import factor_of
from lstsr_runtime.bench.protocol import BORDER, COLDEST, EDGE, lay_truth, pair_up
from lstsr_runtime.bench.referee import BenchProtocol, Verdict
from lstsr_runtime.bench.score import GEOMETRIC
from lstsr_runtime.bench.scorecard import SCORES, score_result

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from lstsr_runtime.bench.protocol import Registration, Truth
    from lstsr_runtime.bench.referee import Scenes

REGISTRATIONS: Final = {
    "database": "the constant displacement known of the database",
    "scene": "estimated scene by scene, at the coarse scale, against the coarse temperature",
}
"""How references are registered, in words."""


@dataclass(frozen=True, kw_only=True)
class RegisteredReferee:
    """Compares on the fine grid of the scene.

    Parameters
    ----------
    scene : xarray.DataTree
        What is sharpened.
    truth : Truth
        Its reference, laid.
    notes : dict
        How the reference was registered, or where the scene lies.
    """

    scene: xr.DataTree
    truth: Truth
    notes: dict[str, object]

    def judge(self, result: xr.Dataset) -> Verdict:
        """Score a sharpened scene; see `lstsr_runtime.bench.scorecard.score_result`."""
        pair = pair_up(result["lst"].to_numpy(), self.truth.lst, factor_of(self.scene))
        return Verdict(
            scores=score_result(result, self.scene, self.truth),
            error=(pair.prediction - pair.truth).astype(np.float32),
        )


def registered(registration: Registration = "database") -> BenchProtocol:
    """Give the registered protocol.

    Parameters
    ----------
    registration : {"database", "scene"}
        Which displacement of the reference is undone; see `lay_truth`.
    """
    return BenchProtocol(
        name="registered",
        scores=SCORES,
        leading="ubrmse",
        open_scenes=_open,
        referee_of=partial(_referee, registration=registration),
        about={
            "registration": REGISTRATIONS[registration],
            "reference_resampling": "bilinear, once",
            "coldest_reference_K": COLDEST,
            "reference_edge_pixels": EDGE,
            "border_coarse_pixels": BORDER,
            "mean_difference": "removed for each scene; reported as bias",
            "means": f"arithmetic over scenes; geometric for {GEOMETRIC}*",
        },
    )


def _open(folder: Path) -> Scenes:
    from lstsr_data.modis_aster import open_database

    return open_database(folder)


def _referee(scene: xr.DataTree, registration: Registration) -> RegisteredReferee:
    truth = lay_truth(scene, registration)
    shift = truth.shift
    notes: dict[str, object] = {
        "shift_dx": shift.dx,
        "shift_dy": shift.dy,
        "shift_correlation": shift.correlation,
        "shift_at_limit": shift.at_limit,
    }
    return RegisteredReferee(scene=scene, truth=truth, notes=notes)
