"""Granules are read as they are stored, and damaged ones end in an error with a code."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from lstsr_core import LstsrError, SceneError, Sensor, SourceError
from lstsr_data import ReadOptions, hdf4_file, open_scene
from lstsr_data.granule_time import period_of
from lstsr_data.hdf4 import open_hdf
from lstsr_data.hdf4_swath import open_swath
from lstsr_data.rasters import open_bands

sd = pytest.importorskip("pyhdf.SD", reason="no pyhdf: pip install 'lstsr-data[hdf4]'")

GRID = """\tGROUP=GRID_{number}
\t\tXDim={size}
\t\tYDim={size}
\t\tUpperLeftPointMtrs=(0.000000,5559752.598333)
\t\tLowerRightMtrs=(8000.000000,5551752.598333)
\t\tProjection=GCTP_SNSOID
\t\tProjParams=(6371007.181000,0,0,0,0,0,0,0,0,0,0,0,0)
\t\tDataFieldName="{field}"
\tEND_GROUP=GRID_{number}
"""
"""A grid of 8 km at a corner of tile h18v04, as structural metadata state it."""
SWATH = """GROUP=SWATH_1
\tGeoDimension="lines_5km"
\tDataDimension="lines"
\tOffset=2
\tIncrement=5
\tGeoDimension="pixels_5km"
\tDataDimension="pixels"
\tOffset=1
\tIncrement=4
END_GROUP=SWATH_1
"""
CORE = """OBJECT                 = RANGEBEGINNINGDATE
  VALUE                = "2021-08-15"
END_OBJECT             = RANGEBEGINNINGDATE

OBJECT                 = RANGEBEGINNINGTIME
  VALUE                = "10:35:00.000000"
END_OBJECT             = RANGEBEGINNINGTIME

"""
COUNTS = np.arange(7500, 7564, dtype=np.uint16).reshape(8, 8)
STATE = np.array([[1, 2], [3, 4]], np.uint8).repeat(2, axis=0).repeat(2, axis=1)
KINDS = {"uint16": "UINT16", "uint8": "UINT8", "float32": "FLOAT32"}


@pytest.fixture
def write_hdf(tmp_path):
    """Write an HDF4-EOS file of some fields and give its path."""

    def write(fields, structure, name="MOD11A1.A2021227.h18v04.hdf", **texts):
        path = tmp_path / name
        file = sd.SD(str(path), sd.SDC.WRITE | sd.SDC.CREATE)
        for field, values in fields.items():
            kind = getattr(sd.SDC, KINDS[str(values.dtype)])
            stored = file.create(field, kind, values.shape)
            stored[:] = values
            stored.scale_factor = 0.02
            stored.endaccess()
        for half, part in enumerate((structure[:100], structure[100:])):
            file.attr(f"StructMetadata.{half}").set(sd.SDC.CHAR, part)
        for key, text in texts.items():
            file.attr(key).set(sd.SDC.CHAR, text)
        file.end()
        return path

    return write


@pytest.fixture
def granule(write_hdf):
    grids = GRID.format(number=1, size=8, field="LST") + GRID.format(number=2, size=4, field="QC")
    fields = {"LST": COUNTS, "QC": STATE, "orbit": np.arange(5, dtype=np.uint8)}
    return write_hdf(fields, grids)


def halved():
    """Make a sensor of the fields of the granule."""
    return Sensor(
        name="halved",
        role="thermal",
        resolution=1000.0,
        decode=lambda raw: raw[["LST"]].rename(LST="lst").astype("float32") * 0.04,
    )


def test_counts_and_attributes_come_as_they_are_stored_on_the_grid_of_the_file(granule):
    raw = open_hdf(granule, ["LST"])
    assert list(raw) == ["LST"]
    assert raw["LST"].dtype == np.uint16
    assert np.array_equal(raw["LST"], COUNTS)
    assert raw["LST"].attrs["scale_factor"] == 0.02
    assert raw.odc.geobox.affine * (8, 8) == pytest.approx((8000.0, 5551752.598333))


def test_a_coarser_grid_is_repeated_over_the_finest_and_lists_are_left_out(granule):
    raw = open_hdf(granule)
    assert set(raw) == {"LST", "QC"}
    assert np.array_equal(raw["QC"], STATE.repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.fault(15)
def test_grids_that_do_not_nest_are_not_laid_by_index(write_hdf):
    moved = GRID.format(number=2, size=4, field="QC").replace("(0.000000", "(500.000000")
    path = write_hdf(
        {"LST": COUNTS, "QC": STATE}, GRID.format(number=1, size=8, field="LST") + moved
    )
    with pytest.raises(SceneError) as caught:
        open_hdf(path)
    assert caught.value.code == "GRID_NOT_NESTED"


def test_a_field_of_another_shape_than_its_grid_is_no_field_of_it(write_hdf):
    path = write_hdf({"LST": COUNTS[:7]}, GRID.format(number=1, size=8, field="LST"))
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        open_hdf(path)


def test_a_file_without_the_wanted_fields_says_what_it_has(granule):
    with pytest.raises(SceneError) as caught:
        open_hdf(granule, ["sur_refl_b01"])
    assert caught.value.code == "SCENE_INCOMPLETE"
    assert "LST, QC, orbit" in caught.value.found
    assert "sur_refl_b01" in caught.value.expected


def test_a_name_with_umlauts_and_blanks_is_a_name(granule):
    moved = granule.rename(granule.with_name("Übung mit Lücken.hdf"))
    assert np.array_equal(open_hdf(moved, ["LST"])["LST"], COUNTS)


def test_the_day_comes_from_the_metadata_or_else_from_the_name(granule, write_hdf):
    assert open_hdf(granule).attrs == {"start_datetime": "2021-08-15T00:00:00Z"}
    grid = GRID.format(number=1, size=8, field="LST")
    dated = write_hdf({"LST": COUNTS}, grid, name="other.hdf", **{"CoreMetadata.0": CORE})
    assert open_hdf(dated).attrs == {"start_datetime": "2021-08-15T10:35:00Z"}
    assert period_of({}, "MOD11_L2.A2020048.1915.006.hdf") == {
        "start_datetime": "2020-02-17T19:15:00Z"
    }
    assert period_of({}, "lst.hdf") == {}
    assert period_of({}, "MOD11A1.A2021399.hdf") == {}


def test_a_swath_comes_with_the_places_of_some_of_its_pixels(write_hdf):
    places = {
        "Latitude": np.linspace(40, 41, 4, dtype=np.float32).reshape(2, 2),
        "Longitude": np.linspace(5, 6, 4, dtype=np.float32).reshape(2, 2),
    }
    path = write_hdf({"LST": COUNTS, **places}, SWATH)
    raw = open_swath(path)
    assert list(raw) == ["LST"]
    assert np.array_equal(raw["latitude"], places["Latitude"])
    assert raw["longitude"].attrs["offset"] == (2, 1)
    assert raw["longitude"].attrs["increment"] == (5, 4)
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        open_swath(path, ["QC"])


def test_a_sensor_opens_a_granule_as_a_scene(granule):
    scene = open_scene(granule, options=ReadOptions(sensor=halved()))
    assert np.allclose(scene["coarse"]["lst"], COUNTS * 0.04)
    assert scene["coarse"].attrs["sensor"] == "halved"
    assert scene["coarse"].attrs["datetime"] == "2021-08-15T00:00:00Z"


def test_without_its_sensor_a_granule_is_refused_with_the_way_out(granule):
    with pytest.raises(SourceError) as caught:
        open_bands(granule)
    assert caught.value.code == "FILE_UNREADABLE"
    assert "--sensor" in caught.value.remedy


def packed(target, *members):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target


@pytest.mark.fault(30)
def test_a_zipped_granule_is_read_whatever_its_name_in_the_zip(granule, tmp_path):
    content = granule.read_bytes()
    wicked = packed(tmp_path / "a.zip", ("../../wicked.hdf", content), ("readme.txt", "hello"))
    assert np.array_equal(open_hdf(wicked, ["LST"])["LST"], COUNTS)
    assert not (tmp_path.parents[1] / "wicked.hdf").exists()


def login_page(tmp_path, granule):
    path = tmp_path / "page.hdf"
    path.write_text("<!DOCTYPE html><title>Earthdata Login</title>", encoding="utf-8")
    return path


def cut(tmp_path, granule):
    path = tmp_path / "cut.hdf"
    path.write_bytes(granule.read_bytes()[:600])
    return path


def zip_of_two(tmp_path, granule):
    content = granule.read_bytes()
    return packed(tmp_path / "two.zip", ("a.hdf", content), ("b.hdf", content))


def zip_of_a_link(tmp_path, granule):
    return packed(tmp_path / "link.zip", ("a.hdf", "/etc/passwd"))


def zip_that_is_cut(tmp_path, granule):
    whole = packed(tmp_path / "whole.zip", ("a.hdf", granule.read_bytes()))
    path = tmp_path / "cut.zip"
    path.write_bytes(whole.read_bytes()[:300])
    return path


def empty(tmp_path, granule):
    path = tmp_path / "empty.hdf"
    path.touch()
    return path


@pytest.mark.fault(28, 30)
@pytest.mark.parametrize(
    "damage", [login_page, cut, zip_of_two, zip_of_a_link, zip_that_is_cut, empty]
)
def test_what_is_no_granule_is_an_error_that_names_the_file(damage, tmp_path, granule):
    path = damage(tmp_path, granule)
    with pytest.raises(SourceError) as caught:
        open_hdf(path)
    assert caught.value.code == "FILE_UNREADABLE"
    assert str(path) in caught.value.found


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(SourceError, match="FILE_MISSING"):
        open_hdf(tmp_path / "none.hdf")


@pytest.mark.fault(28)
def test_bits_flipped_anywhere_end_in_an_answer_or_a_coded_error(granule, tmp_path):
    content = granule.read_bytes()
    random = np.random.default_rng(7)
    codes = set()
    for trial in range(12):
        damaged = bytearray(content)
        for at in random.integers(4, len(content), size=40):
            damaged[at] ^= 1 << int(random.integers(8))
        path = tmp_path / f"damaged_{trial}.hdf"
        path.write_bytes(damaged)
        try:
            open_hdf(path)
        except LstsrError as error:
            codes.add(error.code)
    assert codes
    assert codes <= {"FILE_UNREADABLE", "SCENE_INCOMPLETE", "GRID_UNSUPPORTED", "GRID_NOT_NESTED"}


@pytest.mark.fault(28)
def test_a_reader_that_crashes_is_an_error_of_that_file_alone(granule, tmp_path, monkeypatch):
    crash = tmp_path / "crash.py"
    crash.write_text("import os; os.abort()\n", encoding="utf-8")
    monkeypatch.setattr(hdf4_file.hdf4_child, "__file__", str(crash))
    with pytest.raises(SourceError) as caught:
        open_hdf(granule)
    assert caught.value.code == "FILE_UNREADABLE"


def test_a_reader_that_never_ends_is_given_up(granule, tmp_path, monkeypatch):
    hang = tmp_path / "hang.py"
    hang.write_text("while True: pass\n", encoding="utf-8")
    monkeypatch.setattr(hdf4_file.hdf4_child, "__file__", str(hang))
    monkeypatch.setattr(hdf4_file, "PATIENCE", 0.5)
    with pytest.raises(SourceError, match="not read within"):
        open_hdf(granule)


def test_without_pyhdf_the_error_says_what_to_install(granule, monkeypatch):
    monkeypatch.setattr(hdf4_file, "find_spec", lambda name: None)
    with pytest.raises(SourceError) as caught:
        open_hdf(granule)
    assert "lstsr-data[hdf4]" in caught.value.remedy
