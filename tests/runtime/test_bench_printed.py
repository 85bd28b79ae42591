"""The published protocol repeats what was printed, and its registered variant what was measured."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from affine import Affine
from odc.geo.geobox import GeoBox

from lstsr_core import Model, SceneError
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.scene import GUIDE
from lstsr_runtime.bench.accuracy import choose_scenes, score_scenes
from lstsr_runtime.bench.inscribed import cut_common, tile_in
from lstsr_runtime.bench.printed import printed, registered_utm
from lstsr_runtime.bench.printed_floor import bicubic_floor

SINUSOIDAL = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs"
PIXEL = 231.65635826374995
NAMES = {
    **{name: name.upper() for name in ("psnr", "ssim", "rmse", "frr", "fro", "fru")},
    **{f"rmse_{part}": f"RMSE_{part}" for part in ("low", "mid", "high", "grad", "att")},
    "ubrmse": "ubRMSE",
    "bias": "bias",
    "correlation": "CC",
    "pfr": "PFR",
    "gssim": "GSSIM",
}
LIMITS = {"gssim": 0.02, "pfr": 0.5, "rmse_att": 0.02}
"""Mean difference from the reference evaluation that is allowed; 0.002 where nothing is said."""


def as_printed(lst, guides, valid):
    fine = bicubic_floor(lst.astype(np.float64), 4).astype(np.float32)
    return fine, np.ones_like(fine)


BICUBIC = Model(name="bicubic", prepare=lambda scene: as_printed, margin=0)


@dataclass(frozen=True)
class Printed:
    """Scores of the reference evaluation by protocol, scene and method."""

    lines: dict[tuple[str, str, str], dict[str, str]]

    def of(self, protocol, scene, method="bicubic"):
        line = self.lines[protocol, scene, method]
        return {name: float(line[theirs]) for name, theirs in NAMES.items()}


@pytest.fixture(scope="module")
def reference(shared_data):
    path = shared_data / "modis-aster" / "reference_scores.csv"
    if not path.exists():
        pytest.skip(f"no {path.name} in {path.parent}")
    with path.open(encoding="utf-8") as file:
        lines = {(r["protocol"], r["scene"], r["method"]): r for r in csv.DictReader(file)}
    return Printed(lines)


def rows_of(shared_data, protocol, every):
    scenes = choose_scenes(shared_data, (), protocol)
    some = {name: scenes[name] for name in sorted(scenes)[::every]}
    return list(score_scenes(some, [BICUBIC], protocol))


def test_published_protocol_repeats_the_printed_scores_scene_by_scene(shared_data, reference):
    rows = rows_of(shared_data, printed(), 4)
    for row in rows:
        line = reference.lines["p0", row.scene, "bicubic"]
        assert (row.notes["rows"], row.notes["columns"]) == (int(line["rows"]), int(line["cols"]))
    for name in NAMES:
        pairs = [(row.scores[name], reference.of("p0", row.scene)[name]) for row in rows]
        ours, theirs = np.array(pairs).T
        assert abs((ours - theirs).mean()) < LIMITS.get(name, 0.002), name
        if np.ptp(theirs) > 0.01:
            assert np.corrcoef(ours, theirs)[0, 1] > 0.98, name


def test_registered_variant_repeats_the_errors_scene_by_scene(shared_data, reference):
    rows = rows_of(shared_data, registered_utm(), 6)
    ours = np.array([[row.scores[name] for name in ("rmse", "ubrmse", "bias")] for row in rows])
    theirs = [reference.of("registered", row.scene) for row in rows]
    right = np.array([[line[name] for name in ("rmse", "ubrmse", "bias")] for line in theirs])
    assert np.abs(ours - right).max() < 0.03
    assert np.corrcoef(ours[:, 1], right[:, 1])[0, 1] > 0.999


def test_scenes_that_the_publication_left_out_are_left_out(shared_data):
    scenes = choose_scenes(shared_data, ("000", "052"), printed())
    assert [row.scene for row in score_scenes(scenes, [BICUBIC], printed())] == ["000"]


def test_result_that_leaves_much_out_is_refused_by_name(shared_data):
    def half(lst, guides, valid):
        fine, sigma = as_printed(lst, guides, valid)
        fine[:, : fine.shape[1] // 2] = np.nan
        return fine, sigma

    scenes = choose_scenes(shared_data, ("000",), printed())
    model = Model(name="half", prepare=lambda scene: half, margin=0)
    with pytest.raises(SceneError, match="scene 000"):
        list(score_scenes(scenes, [model], printed()))


def test_guide_of_the_published_protocol_lies_beside_its_place(shared_data):
    by_index = choose_scenes(shared_data, ("001",), printed())["001"]()
    by_place = choose_scenes(shared_data, ("001",), registered_utm())["001"]()
    columns, rows = (int(way) for way in by_index[GUIDE].attrs["corner"])
    assert (columns, rows) == (3, 1)
    moved = by_place[GUIDE]["ndvi"].to_numpy()[rows:, columns:]
    assert np.array_equal(moved, by_index[GUIDE]["ndvi"].to_numpy()[:-rows, :-columns])


def scene_in_utm(level):
    """Lay a sinusoidal field and a turned reference of the same temperature."""
    box = GeoBox((256, 256), Affine(PIXEL, 0, 277_061, 0, -PIXEL, 5_099_915), SINUSOIDAL)
    west, south, east, north = box.extent.to_crs("EPSG:32631").boundingbox.bbox
    transform = Affine(231.65, 0, west, 0, -231.65, north)
    shape = (round((north - south) / 231.65), round((east - west) / 231.65))
    utm = GeoBox(shape, transform, "EPSG:32631").pad(20)
    inside = on_grid(np.ones(box.shape, np.float32), box).odc.reproject(utm, dst_nodata=0.0)
    return box, on_grid(np.where(inside.to_numpy() > 0, level, 0.0), utm)


def test_equal_fields_are_equal_in_their_common_rectangle():
    box, reference = scene_in_utm(300.0)
    common = cut_common(np.full(box.shape, 300.0), box, reference)
    # The outermost pixels are mixed with the nothing around the scene.
    inner = (slice(3, -3), slice(3, -3))
    assert common.truth[inner] == pytest.approx(300.0)
    assert common.prediction[inner] == pytest.approx(300.0)
    assert min(common.truth.shape) > 150


def test_reference_that_covers_next_to_nothing_has_no_rectangle():
    box, reference = scene_in_utm(300.0)
    corner = xr.zeros_like(reference)
    corner[100:130, 100:130] = 300.0
    assert cut_common(np.full(box.shape, 300.0), box, corner) is None


def test_grid_is_the_one_that_a_warper_chooses_for_the_tile():
    box, reference = scene_in_utm(300.0)
    grid = tile_in(box, geobox_of(reference))
    assert grid.resolution.x == pytest.approx(222.96, abs=0.005)
    assert grid.shape == (5323, 5179)
