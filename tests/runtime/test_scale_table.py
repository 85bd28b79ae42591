"""The real scenes show the octaves that were measured before."""

from __future__ import annotations

import numpy as np

from lstsr_core.grid import geobox_of
from lstsr_data.modis_aster import open_database
from lstsr_data.resampling import resample
from lstsr_physics.scaling.octaves import octave_statistics
from lstsr_runtime.bench.protocol import drop_contaminated

PIXEL = 231.656
SLOPES = (-10.1, -15.3, -19.5, -21.9, -23.7)
CORRELATIONS = (-0.56, -0.68, -0.76, -0.81, -0.83)


def octaves(scene):
    aster = drop_contaminated(scene["reference/lst"].to_numpy())
    box = geobox_of(scene["reference"].to_dataset())
    dx, dy = (
        shift * PIXEL / box.resolution.x for shift in scene["reference"].attrs["displacement"]
    )
    guide = scene["guide"].to_dataset()
    laid = resample(
        guide["ndvi"].to_numpy(), geobox_of(guide), box.translate_pix(-dx, -dy), how="cubic"
    )
    return octave_statistics(aster, laid, pixel=PIXEL, octaves=len(SLOPES))


def test_slopes_of_the_registered_aster_scenes_are_those_of_the_table(shared_data):
    found = [octaves(read()) for read in open_database(shared_data).values()]
    slopes = np.nanmean([one["slope"] for one in found], axis=0)
    correlations = np.nanmean([one["correlation"] for one in found], axis=0)
    np.testing.assert_allclose(slopes, SLOPES, atol=1.5)
    np.testing.assert_allclose(correlations, CORRELATIONS, atol=0.06)
