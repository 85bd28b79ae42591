"""HDF5 granules are read as they are stored, on the grid that they state."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from lstsr_core import SceneError, SourceError
from lstsr_data.hdf5 import is_hdf5, open_hdf5
from lstsr_data.product import open_product

GRID = """\tGROUP=GRID_{number}
\t\tGridName="{name}"
\t\tXDim={size}
\t\tYDim={size}
\t\tUpperLeftPointMtrs=(-7783653.637667,4447802.078667)
\t\tLowerRightMtrs=(-6671703.118000,3335851.559000)
\t\tProjection=HE5_GCTP_SNSOID
\t\tProjParams=(6371007.181000,0,0,0,0,0,0,0,0,0,0,0,0)
\t\tSphereCode=-1
\t\tGridOrigin=HE5_HDFE_GD_UL
\t\tGROUP=DataField
\t\t\tOBJECT=DataField_1
\t\t\t\tDataFieldName="{field}"
\t\t\t\tDataType=H5T_NATIVE_USHORT
\t\t\t\tDimList=("YDim","XDim")
\t\t\tEND_OBJECT=DataField_1
\t\tEND_GROUP=DataField
\tEND_GROUP=GRID_{number}
"""
"""A grid over tile h11v05, as the structural metadata of HDF-EOS5 state it."""
SIZE = 12
COUNTS = np.arange(SIZE * SIZE, dtype=np.uint16).reshape(SIZE, SIZE)
FINE = np.arange(4 * SIZE * SIZE, dtype=np.int16).reshape(2 * SIZE, 2 * SIZE)
DAY = {
    "RangeBeginningDate": "2021-06-02",
    "RangeBeginningTime": "00:00:00.000000",
    "RangeEndingDate": b"2021-06-02",
    "RangeEndingTime": np.bytes_("23:59:59.000000"),
}


@pytest.fixture
def write(tmp_path):
    """Write an HDF5-EOS file; fields by grid, the structure as one text."""

    def make(grids, structure, name="VNP21A1D.A2021153.h11v05.002.2023122000000.h5"):
        with h5py.File(tmp_path / name, "w") as file:
            file.attrs.update(DAY)
            told = file.create_group("HDFEOS INFORMATION")
            told.create_dataset("StructMetadata.0", data=np.bytes_(structure))
            for grid, fields in grids.items():
                for field, counts in fields.items():
                    path = f"HDFEOS/GRIDS/{grid}/Data Fields/{field}"
                    stored = file.create_dataset(path, data=counts, compression="gzip")
                    stored.attrs["scale_factor"] = np.array([0.02])
                    stored.attrs["_FillValue"] = np.array([0], counts.dtype)
                    stored.attrs["long_name"] = np.bytes_("a field")
                    stored.attrs["QA Legend"] = "bits"
        return tmp_path / name

    return make


@pytest.fixture
def granule(write):
    structure = GRID.format(number=1, name="A", size=SIZE, field="LST_1KM")
    return write({"A": {"LST_1KM": COUNTS, "profile": np.arange(5)}}, structure)


def test_counts_and_attributes_come_as_they_are_stored(granule):
    raw = open_product(granule, ("LST_1KM", "QC"))
    np.testing.assert_array_equal(raw["LST_1KM"], COUNTS)
    assert raw["LST_1KM"].dtype == np.uint16
    about = {"scale_factor": 0.02, "_FillValue": 0, "long_name": "a field", "QA Legend": "bits"}
    assert raw["LST_1KM"].attrs == about
    assert raw.attrs == {
        "start_datetime": "2021-06-02T00:00:00Z",
        "end_datetime": "2021-06-02T23:59:59Z",
    }


def test_the_corners_and_the_sphere_are_those_of_the_structural_metadata(granule):
    box = open_hdf5(granule).odc.geobox
    corners = [*(box.affine * (0, 0)), *(box.affine * (SIZE, SIZE))]
    stated = (-7783653.637667, 4447802.078667, -6671703.118, 3335851.559)
    assert corners == pytest.approx(stated, abs=1e-3)
    assert box.crs.proj.ellipsoid.semi_major_metre == pytest.approx(6371007.181)


def test_a_coarser_grid_is_repeated_over_the_finer_one(write):
    structure = GRID.format(number=1, name="A", size=SIZE, field="QF") + GRID.format(
        number=2, name="B", size=2 * SIZE, field="I1"
    )
    raw = open_hdf5(write({"A": {"QF": COUNTS}, "B": {"I1": FINE}}, structure))
    np.testing.assert_array_equal(raw["QF"], COUNTS.repeat(2, axis=0).repeat(2, axis=1))
    np.testing.assert_array_equal(raw["I1"], FINE)


def test_without_times_in_the_file_the_name_tells_the_day(granule):
    with h5py.File(granule, "a") as file:
        for name in DAY:
            del file.attrs[name]
    assert open_hdf5(granule).attrs == {"start_datetime": "2021-06-02T00:00:00Z"}


def test_a_granule_without_the_field_says_which_it_has(granule):
    with pytest.raises(SceneError, match=r"SCENE_INCOMPLETE\n.*LST_1KM, profile"):
        open_hdf5(granule, ("NDVI",))


def test_another_projection_is_refused(write):
    structure = GRID.format(number=1, name="A", size=SIZE, field="LST_1KM")
    other = write({"A": {"LST_1KM": COUNTS}}, structure.replace("SNSOID", "LAMAZ"))
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        open_hdf5(other)


@pytest.mark.parametrize("kept", [8, 100, 2000, 5000])
def test_a_truncated_granule_is_a_coded_error(granule, kept):
    granule.write_bytes(granule.read_bytes()[:kept])
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        open_product(granule)


def test_hdf5_that_is_no_granule_is_told_from_one(tmp_path, granule):
    page = tmp_path / "login.h5"
    page.write_bytes(b"<html>")
    assert is_hdf5(granule)
    assert not is_hdf5(page)
    assert not is_hdf5(tmp_path)
    bare = tmp_path / "bare.h5"
    with h5py.File(bare, "w") as file:
        file["HDFEOS"] = np.arange(3)
    with pytest.raises((SceneError, SourceError)):
        open_product(bare)
