"""Scenes on disk come back as they were, on their grid, or nothing is left at all."""

from __future__ import annotations

import h5py
import numpy as np
import pytest
import xarray as xr
import zarr

from lstsr_core import (
    ResourceError,
    SceneError,
    SourceError,
    geobox_of,
    read_scene,
    storage,
    write_scene,
)
from lstsr_core.grid import same_grid
from lstsr_core.testing import make_scene

GRIDS = {
    "sinusoidal": {},
    "utm": {"crs": "EPSG:32631", "pixel": 1000.0},
    "geographic": {"crs": "EPSG:4326", "pixel": 1 / 120},
}
ENDINGS = [".nc", ".zarr"]


@pytest.fixture(params=ENDINGS)
def ending(request):
    return request.param


@pytest.fixture
def scene():
    return make_scene(shape=(7, 9), factor=3, gaps=0.1)


def same(one, other):
    """Compare two scenes by grid, values and what the values are."""
    assert set(one.children) == set(other.children)
    for name in one.children:
        mine, theirs = one[name].to_dataset(), other[name].to_dataset()
        assert same_grid(geobox_of(mine), geobox_of(theirs))
        assert set(mine.data_vars) == set(theirs.data_vars)
        for field in mine.data_vars:
            np.testing.assert_array_equal(mine[field], theirs[field])
            assert mine[field].dtype == theirs[field].dtype
            assert mine[field].attrs.items() <= theirs[field].attrs.items()
    return True


@pytest.mark.parametrize("grid", GRIDS)
def test_a_scene_comes_back_as_it_was_on_every_kind_of_grid(tmp_path, grid, ending):
    scene = make_scene(shape=(7, 9), factor=3, gaps=0.1, **GRIDS[grid])
    path = write_scene(scene, tmp_path / f"scene{ending}")
    with read_scene(path) as again:
        assert same(scene, again)


def test_a_path_with_spaces_and_umlauts_works(tmp_path, scene, ending):
    folder = tmp_path / "Zürich im Überblick"
    folder.mkdir()
    path = write_scene(scene, folder / f"große Szene{ending}")
    with read_scene(path) as again:
        assert same(scene, again)


def test_a_scene_read_from_one_format_can_be_written_to_the_other(tmp_path, scene):
    for first, second in (ENDINGS, ENDINGS[::-1]):
        one = write_scene(scene, tmp_path / f"one-{first[1:]}{first}")
        with read_scene(one) as again:
            other = write_scene(again, tmp_path / f"other-{first[1:]}{second}")
        with read_scene(other) as again:
            assert same(scene, again)


def test_a_scene_in_blocks_is_written_and_read_lazily(tmp_path, scene, ending):
    path = write_scene(scene.chunk({"y": 3, "x": 3}), tmp_path / f"scene{ending}")
    with read_scene(path) as again:
        assert again["guide"]["ndvi"].chunks is not None
        assert same(scene, again)


def test_what_else_is_known_of_the_coarse_pixels_travels_along(tmp_path, scene, ending):
    quality = xr.full_like(scene["coarse"]["lst"], 3, dtype=np.uint8).drop_attrs()
    time = np.datetime64("2019-07-01T10:30:00", "ns")
    scene["coarse"] = scene["coarse"].to_dataset().assign(quality=quality, view_time=time)
    path = write_scene(scene, tmp_path / f"scene{ending}")
    with read_scene(path) as again:
        assert again["coarse"]["quality"].dtype == np.uint8
        assert again["coarse"]["view_time"].to_numpy() == time


def test_writing_leaves_nothing_beside_the_scene(tmp_path, scene, ending):
    path = write_scene(scene, tmp_path / f"scene{ending}")
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_there_is_never_overwritten(tmp_path, scene, ending):
    path = tmp_path / f"scene{ending}"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(ResourceError, match="OUTPUT_NOT_EMPTY"):
        write_scene(scene, path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_leaves_nothing(tmp_path, scene, ending, monkeypatch):
    def fill_up(tree, draft):
        draft.mkdir() if draft.suffix == ".zarr" else draft.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write", fill_up)
    with pytest.raises(ResourceError, match="OUTPUT_NOT_WRITABLE") as caught:
        write_scene(scene, tmp_path / f"scene{ending}")
    assert "No space left" in caught.value.found
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_lost_its_coordinate_system_never_gets_its_name(
    tmp_path, scene, ending, monkeypatch
):
    whole = storage._write

    def bare(node):
        return node.drop_vars("spatial_ref", errors="ignore").drop_attrs()

    def lose(tree, draft):
        whole(tree.map_over_datasets(bare), draft)

    monkeypatch.setattr(storage, "_write", lose)
    with pytest.raises(SceneError, match="CRS_LOST"):
        write_scene(scene, tmp_path / f"scene{ending}")
    assert list(tmp_path.iterdir()) == []


def test_a_scene_that_would_not_be_accepted_is_not_written(tmp_path, scene, ending):
    scene["coarse"] = scene["coarse"].to_dataset() - 273.15
    with pytest.raises(SceneError, match="SCALE_SUSPECT"):
        write_scene(scene, tmp_path / f"scene{ending}")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_cannot_be_written_to(tmp_path, scene, ending):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ResourceError, match="OUTPUT_NOT_WRITABLE"):
        write_scene(scene, tmp_path / "file" / f"scene{ending}")


@pytest.mark.parametrize("name", ["scene.tif", "scene", "scene.nc.bak"])
def test_an_ending_that_names_no_format_is_refused_both_ways(tmp_path, scene, name):
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        write_scene(scene, tmp_path / name)
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        read_scene(tmp_path / name)


def test_a_missing_scene_is_said_to_be_missing(tmp_path, ending):
    with pytest.raises(SourceError) as caught:
        read_scene(tmp_path / f"scene{ending}")
    assert caught.value.code == "FILE_MISSING"
    assert f"scene{ending}" in caught.value.found


@pytest.mark.parametrize(
    "content", [b"", b"<html>log in</html>", b"\x89HDF\r\n\x1a\n" + b"\0" * 64]
)
def test_a_file_of_another_kind_is_unreadable(tmp_path, content):
    path = tmp_path / "scene.nc"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read_scene(path)
    assert caught.value.code == "FILE_UNREADABLE"
    assert "scene.nc" in caught.value.found


@pytest.mark.fault(28)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_truncated_file_is_unreadable(tmp_path, scene, share):
    path = write_scene(scene, tmp_path / "scene.nc")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        read_scene(path)


@pytest.mark.fault(28)
@pytest.mark.parametrize("part", ["coarse/lst/c/0/0", "guide/ndvi/c/0/0", "coarse/lst/zarr.json"])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_zarr_with_a_damaged_part_is_unreadable(tmp_path, scene, part, damage):
    path = write_scene(scene, tmp_path / "scene.zarr") / part
    whole = path.read_bytes()
    bad = whole[: len(whole) // 2] if damage == "cut" else bytes(x ^ 0x41 for x in whole)
    path.write_bytes(bad)
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        read_scene(tmp_path / "scene.zarr")


@pytest.mark.fault(27)
def test_a_scene_that_claims_a_world_of_pixels_is_refused_unread(tmp_path):
    empty = zarr.open_group(tmp_path / "scene.zarr", mode="w").create_group("coarse")
    size = 2**18
    empty.create_array("lst", shape=(size, size), dtype="f4", dimension_names=("y", "x"))
    with pytest.raises(SourceError, match="claims to be"):
        read_scene(tmp_path / "scene.zarr")


@pytest.mark.fault(28)
def test_a_coordinate_system_that_is_no_text_is_refused(tmp_path, scene):
    path = write_scene(scene, tmp_path / "scene.nc")
    content = path.read_bytes()
    assert b"PROJCRS" in content or b"PROJCS" in content
    path.write_bytes(content.replace(b"PROJC", b"PRO\xf2C"))
    with pytest.raises(SceneError) as caught:
        read_scene(path)
    assert caught.value.code in {"NO_CRS", "GRID_UNSUPPORTED"}


def test_an_empty_folder_is_no_scene(tmp_path):
    (tmp_path / "scene.zarr").mkdir()
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        read_scene(tmp_path / "scene.zarr")


def test_a_file_without_the_nodes_of_a_scene_is_incomplete(tmp_path):
    path = tmp_path / "scene.nc"
    xr.Dataset({"lst": ("x", [300.0])}).to_netcdf(path, engine="h5netcdf")
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        read_scene(path)


def test_a_file_says_of_every_field_where_its_crs_stands(tmp_path):
    path = write_scene(make_scene(shape=(8, 9)), tmp_path / "scene.nc")
    with h5py.File(path) as file:
        for field in ("coarse/lst", "guide/ndvi", "reference/lst"):
            assert file[field].attrs["grid_mapping"] == "spatial_ref"
            assert "spatial_ref" in file[field].parent
