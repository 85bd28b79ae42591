"""SAFE folders of SLSTR give variables as they are stored, orphan pixels beside the others."""

from __future__ import annotations

import h5netcdf
import numpy as np
import pytest

from lstsr_core import SceneError, SourceError
from lstsr_data.product import open_product
from lstsr_data.slstr_safe import is_slstr, open_slstr, orphans_of

ROWS, COLUMNS, ORPHANS = 4, 6, 2
LATITUDE = 48.0 - 0.01 * np.arange(ROWS)[:, None] + np.zeros(COLUMNS)
LONGITUDE = 11.0 + 0.02 * np.arange(COLUMNS)[None, :] + np.zeros((ROWS, 1))
LST = np.arange(ROWS * COLUMNS, dtype=np.int16).reshape(ROWS, COLUMNS)


def write(path, variables):
    """Write variables, each an array and its attributes; orphan pixels have a dimension of their
    own."""
    with h5netcdf.File(path, "w") as file:
        file.attrs["start_time"] = "2021-05-10T00:29:54.681744Z"
        file.attrs["stop_time"] = "2021-05-10T00:32:54.373756Z"
        for name, (values, attributes) in variables.items():
            dims = ("rows", f"columns_{values.shape[1]}")
            for dim, size in zip(dims, values.shape, strict=True):
                if dim not in file.dimensions:
                    file.dimensions[dim] = size
            variable = file.create_variable(name, dims, values.dtype, data=values)
            variable.attrs.update(attributes)


def places(values):
    return np.round(values / 1e-6).astype(np.int32), {"scale_factor": 1e-6}


@pytest.fixture
def safe(tmp_path):
    """A folder with orphans: one real, one fill, in each row."""
    folder = tmp_path / "S3A_SL_2_LST____20210510T002955.SEN3"
    folder.mkdir()
    packed = {"scale_factor": 0.002, "add_offset": 290.0, "_FillValue": np.int16(-32768)}
    orphan = np.full((ROWS, ORPHANS), -32768, np.int16)
    orphan[:, 0] = 77
    lst = {"LST": (LST, packed), "LST_orphan": (orphan, packed)}
    write(folder / "LST_in.nc", lst)
    word, beside = np.full((ROWS, COLUMNS), 8, np.uint16), np.full((ROWS, ORPHANS), 8, np.uint16)
    write(
        folder / "flags_in.nc", {"confidence_in": (word, {}), "confidence_orphan_in": (beside, {})}
    )
    geodetic = {
        "latitude_in": places(LATITUDE),
        "longitude_in": places(LONGITUDE),
        "latitude_orphan_in": places(LATITUDE[:, :ORPHANS] + 0.005),
        "longitude_orphan_in": places(LONGITUDE[:, :ORPHANS]),
    }
    write(folder / "geodetic_in.nc", geodetic)
    ties = np.array([[60.0, 0.0, 60.0]] * ROWS)
    write(folder / "geometry_tn.nc", {"sat_zenith_tn": (ties, {})})
    across = np.tile(np.linspace(-500_000.0, 500_000.0, COLUMNS), (ROWS, 1))
    write(folder / "cartesian_in.nc", {"x_in": (across, {})})
    tie_places = np.array([[-600_000.0, 0.0, 600_000.0]] * ROWS)
    write(folder / "cartesian_tx.nc", {"x_tx": (tie_places, {})})
    return folder


def test_counts_come_as_they_are_stored_with_what_unpacks_them(safe):
    raw = open_product(safe)
    assert raw["LST"].dtype == np.int16
    assert raw["LST"].attrs["scale_factor"] == 0.002
    assert raw["LST"].attrs["_FillValue"] == -32768
    np.testing.assert_array_equal(raw["LST"][:, :COLUMNS], LST)
    assert raw.attrs == {
        "start_datetime": "2021-05-10T00:29:54Z",
        "end_datetime": "2021-05-10T00:32:54Z",
    }


def test_orphan_pixels_stand_beside_the_others_with_their_own_places(safe):
    raw = open_slstr(safe)
    assert raw["LST"].shape == (ROWS, COLUMNS + ORPHANS)
    assert set(raw["LST"].to_numpy()[:, COLUMNS]) == {77}
    np.testing.assert_allclose(raw["latitude"][:, :COLUMNS], LATITUDE, atol=1e-6)
    np.testing.assert_allclose(raw["latitude"][:, COLUMNS], LATITUDE[:, 0] + 0.005, atol=1e-6)


def test_orphans_without_a_place_of_their_own_are_left_out(safe):
    places_alone = {"latitude_in": places(LATITUDE), "longitude_in": places(LONGITUDE)}
    write(safe / "geodetic_in.nc", places_alone)
    assert open_slstr(safe)["LST"].shape == (ROWS, COLUMNS)


def test_angles_of_tie_points_are_laid_on_the_pixels(safe):
    angles = open_slstr(safe)["sat_zenith_tn"].to_numpy()
    np.testing.assert_allclose(angles[0, :COLUMNS], [50, 30, 10, 10, 30, 50], atol=1e-4)
    assert np.isnan(angles[:, COLUMNS:]).all()


def test_only_the_variables_that_are_asked_for_are_given(safe):
    assert set(open_slstr(safe / "LST_in.nc", ("LST", "bayes_in"))) == {"LST"}


def test_the_names_of_orphans_follow_the_specification():
    assert orphans_of("LST_uncertainty") == "LST_uncertainty_orphan"
    assert orphans_of("latitude_in") == "latitude_orphan_in"


def test_a_folder_without_places_is_refused(safe):
    (safe / "geodetic_in.nc").unlink()
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        open_slstr(safe)


@pytest.mark.fault(28)
@pytest.mark.parametrize("kept", [0, 100, 2000])
def test_a_file_that_was_cut_is_an_error_with_a_code(safe, kept):
    path = safe / "LST_in.nc"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        open_slstr(safe)


def test_any_other_folder_is_no_product(tmp_path):
    assert not is_slstr(tmp_path)
