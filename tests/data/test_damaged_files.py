"""Damaged, lying and hostile files end in a coded error of that file, and leave nothing behind."""

from __future__ import annotations

import struct
import zipfile

import h5netcdf
import numpy as np
import pytest
import rasterio
from affine import Affine

from lstsr_core import LstsrError, SourceError
from lstsr_data import granule_file, open_scene
from lstsr_data.granule_file import HDF4_MAGIC, plain_file
from lstsr_data.product import open_product
from lstsr_data.rasters import open_bands

KELVIN = np.linspace(285.0, 315.0, 600, dtype=np.float32).reshape(20, 30)


def flipped(content, seed, *, low=0, high=None, most=12):
    """Give content with some bits flipped between two places."""
    random = np.random.default_rng(seed)
    damaged = bytearray(content)
    for at in random.integers(low, high or len(content), size=random.integers(1, most)):
        damaged[at] ^= 1 << int(random.integers(8))
    return bytes(damaged)


def refused(call, *words):
    with pytest.raises(SourceError) as caught:
        call(*words)
    assert caught.value.code == "FILE_UNREADABLE"
    return caught.value


def tiff(*entries):
    """Give a TIFF that is a directory and nothing else; entries are (tag, type, value)."""
    directory = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    head = b"II*\x00" + struct.pack("<IH", 8, len(entries))
    return head + directory + struct.pack("<I", 0) + bytes(4000)


def claiming(width, height, bands):
    """Give a header of tiles of 16 x 16 that claims a size."""
    return tiff(
        (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (277, 3, bands),
        (322, 4, 16), (323, 4, 16), (324, 4, 8), (325, 4, 8),
    )  # fmt: skip


@pytest.mark.fault(27)
@pytest.mark.parametrize(
    "size", [(2**19, 2**19, 1), (2**30, 2**30, 1), (64, 64, 65_529)], ids=["2^30", "2^52", "bands"]
)
def test_a_header_that_claims_too_much_is_refused_before_anything_is_read(tmp_path, size):
    path = tmp_path / "claims.tif"
    path.write_bytes(claiming(*size))
    assert "claims.tif" in refused(open_bands, path).found


@pytest.mark.fault(28)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize("packing", ["deflate", "lzw", None])
def test_a_raster_with_flipped_bits_is_a_scene_or_a_coded_error(tmp_path, packing):
    place = Affine(1000, 0, 500_000, 0, -1000, 4_900_000)
    with rasterio.open(
        tmp_path / "whole.tif", "w", driver="GTiff", height=20, width=30, count=1,
        dtype="float32", crs="EPSG:32631", transform=place, compress=packing,
    ) as file:  # fmt: skip
        file.write(KELVIN, 1)
    content = (tmp_path / "whole.tif").read_bytes()
    codes = set()
    for seed in range(30):
        path = tmp_path / f"flipped_{seed}.tif"
        path.write_bytes(flipped(content, seed))
        try:
            values = open_scene(path)["coarse"]["lst"].to_numpy()
        except LstsrError as error:
            codes.add(error.code)
        else:
            assert values.ndim == 2
    known = {"FILE_UNREADABLE", "SCALE_SUSPECT", "NO_CRS", "GRID_UNSUPPORTED", "NO_VALID_PIXELS"}
    assert codes
    assert codes <= known


@pytest.fixture
def safe(tmp_path):
    """The temperatures of a SAFE folder."""
    folder = tmp_path / "S3A.SEN3"
    folder.mkdir()
    with h5netcdf.File(folder / "LST_in.nc", "w") as file:
        file.dimensions = {"rows": 20, "columns": 30}
        file.create_variable("LST", ("rows", "columns"), data=KELVIN, compression="gzip")
        for name in ("latitude_in", "longitude_in"):
            file.create_variable(name, ("rows", "columns"), data=KELVIN / 10)
    (folder / "geodetic_in.nc").write_bytes((folder / "LST_in.nc").read_bytes())
    return folder


@pytest.mark.fault(28)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_netcdf_with_flipped_bits_is_a_product_or_a_coded_error(safe):
    path = safe / "LST_in.nc"
    content = path.read_bytes()
    codes = []
    for seed in range(30):
        path.write_bytes(flipped(content, seed))
        try:
            open_product(safe)
        except LstsrError as error:
            codes.append(error.code)
    assert codes.count("FILE_UNREADABLE") > 5
    assert set(codes) <= {"FILE_UNREADABLE", "SCENE_INCOMPLETE"}


def packed(target, content, name="granule.hdf"):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target


def read_plain(path):
    with plain_file(path) as plain:
        return plain.read_bytes()


@pytest.mark.fault(28)
def test_a_zip_with_flipped_bits_is_its_granule_or_a_coded_error(tmp_path):
    granule = HDF4_MAGIC + np.random.default_rng(0).integers(0, 40, 5000).astype("u1").tobytes()
    whole, codes = packed(tmp_path / "whole.zip", granule).read_bytes(), []
    for seed in range(200):
        path = tmp_path / "flipped.zip"
        path.write_bytes(flipped(whole, seed, low=4, most=4))
        try:
            found = read_plain(path)
        except SourceError as error:
            codes.append(error.code)
        else:
            assert found == granule
    assert len(codes) > 50
    assert set(codes) == {"FILE_UNREADABLE"}


@pytest.mark.fault(30)
@pytest.mark.parametrize("name", ["../../out.hdf", "/tmp/out.hdf", "a/../../out.hdf"])
def test_a_zip_never_decides_where_its_granule_goes(tmp_path, name):
    path = packed(tmp_path / "a.zip", HDF4_MAGIC + b"content", name)
    with plain_file(path) as plain:
        assert plain.name == "granule.hdf"
        assert tmp_path not in plain.parents
        assert plain.read_bytes() == HDF4_MAGIC + b"content"
    assert not plain.exists()


@pytest.mark.fault(30)
def test_a_zip_bomb_is_refused_unpacked_whether_it_says_its_size_or_lies(tmp_path, monkeypatch):
    monkeypatch.setattr(granule_file, "LARGEST", 100_000)
    bomb = packed(tmp_path / "bomb.zip", HDF4_MAGIC + bytes(5_000_000))
    assert "too large" in refused(read_plain, bomb).found
    content = bomb.read_bytes()
    claimed, true = struct.pack("<I", 1000), struct.pack("<I", 5_000_004)
    assert content.count(true) == 2
    bomb.write_bytes(content.replace(true, claimed))
    refused(read_plain, bomb)


@pytest.mark.fault(30)
def test_a_link_in_a_zip_is_no_granule(tmp_path):
    link = zipfile.ZipInfo("granule.hdf")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "begins with" in refused(read_plain, tmp_path / "a.zip").found
