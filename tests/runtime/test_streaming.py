"""A result is computed tile by tile; what was finished once is never computed again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from affine import Affine
from odc.geo.geobox import GeoBox
from odc.geo.xr import xr_coords

from lstsr_core import Model, ModelError, Quality, ResourceError, build_scene
from lstsr_core.grid import divide, on_grid
from lstsr_core.nested import repeat
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen, write_run
from lstsr_runtime.cog import write_layers
from lstsr_runtime.execution import Execution
from lstsr_runtime.memory import resident
from lstsr_runtime.streaming import compute_units
from lstsr_runtime.units import MANIFEST, UNITS, count_kept

NAMES = ("lst", "lst_uncertainty", "quality")
CALLS: list[int] = []
"""Where every call of a stand-in is noted; one test at a time reads it. [1]"""


@dataclass(frozen=True)
class Noted:
    """Repeats the coarse pixels, notes each call, and fails as the calls before it say."""

    factor: int
    failures: tuple[tuple[int, type[BaseException]], ...] = ()

    def __call__(self, lst, guides, valid):
        CALLS.append(int(lst.shape[0]))
        error = dict(self.failures).get(len(CALLS))
        if error is not None:
            raise error("out of luck")
        fine = repeat(lst, self.factor)
        return fine, np.where(np.isfinite(fine), np.float32(1), np.float32(np.nan))


def noted(*failures, factor=4):
    CALLS.clear()
    predictor = Noted(factor, failures)
    return Model(name="noted", prepare=lambda scene: predictor, margin=2)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.tif")}


def in_order():
    """Compute one task after the other, so that the number of a call says which tile it is."""
    import dask

    return dask.config.set(scheduler="synchronous")


def test_a_tile_in_which_nothing_was_measured_is_never_sharpened():
    scene = make_scene(shape=(30, 20))
    scene["coarse/lst"].values[10:20, :10] = np.nan
    result = sharpen(scene, noted(), tile=10).compute()
    assert len(CALLS) == 5
    assert (result["quality"][40:80, :40] == Quality.MISSING).all()
    assert result["lst"][40:80, :40].isnull().all()
    assert result["lst"][:40, :40].notnull().all()


def test_a_tile_that_fails_once_is_tried_again(caplog):
    scene = make_scene(shape=(20, 20))
    with in_order():
        whole = sharpen(scene, noted((2, ValueError)), tile=10).compute()
    assert len(CALLS) == 5
    assert "tile of rows" in caplog.text
    assert whole.identical(sharpen(scene, noted(), tile=10).compute())


def test_a_tile_that_fails_twice_names_itself_and_leaves_nothing(tmp_path):
    scene = make_scene(shape=(20, 20))
    with in_order():
        result = sharpen(scene, noted((2, ValueError), (3, ValueError)), tile=10)
        with pytest.raises(ModelError) as caught:
            write_run(result, scene, tmp_path / "run")
    assert "noted on the tile of rows " in caught.value.found
    assert "twice: ValueError: out of luck" in caught.value.found
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault(40)
def test_a_tile_for_which_memory_runs_out_is_sharpened_in_quarters_where_nobody_chose_it():
    scene = make_scene(shape=(40, 34), gaps=0.05)
    halved = sharpen(scene, noted((1, MemoryError), (2, MemoryError))).compute()
    assert CALLS[0] > CALLS[1] > CALLS[2]
    assert halved.identical(sharpen(scene, noted()).compute())


@pytest.mark.fault(40)
def test_a_tile_that_was_chosen_and_does_not_fit_is_an_error():
    with pytest.raises(ResourceError) as caught:
        sharpen(make_scene(shape=(40, 34)), noted((1, MemoryError)), tile=40).compute()
    assert caught.value.code == "MEMORY_EXHAUSTED"


@pytest.fixture
def interrupted(tmp_path):
    """Give a scene and the place of a run that was interrupted at its fourth tile of nine."""
    scene = make_scene(shape=(30, 30), gaps=0.05)
    with in_order(), pytest.raises(KeyboardInterrupt):
        write(scene, tmp_path / "run", noted((4, KeyboardInterrupt)))
    return scene, tmp_path / "run"


def write(scene, target, model, **options):
    return write_run(sharpen(scene, model, tile=10), scene, target, execution=Execution(**options))


def units_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.draft") / UNITS


@pytest.fixture
def alike(monkeypatch):
    """Let stand-ins differ in nothing but their failures, so that one goes on for the other."""
    from dask.base import normalize_token

    monkeypatch.setitem(normalize_token._lookup, Noted, lambda one: ("noted", one.factor))


@pytest.mark.fault(44)
@pytest.mark.usefixtures("alike")
def test_an_interrupted_run_goes_on_where_it_was_and_gives_the_same_bytes(interrupted, tmp_path):
    scene, target = interrupted
    assert not target.exists()
    assert count_kept(units_of(target)) == (3, 9)
    whole = files(write(scene, tmp_path / "whole", noted()))
    write(scene, target, noted())
    assert len(CALLS) == 6
    assert files(target) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "whole"]


@pytest.mark.fault(44)
@pytest.mark.usefixtures("alike")
@pytest.mark.parametrize("harm", ["cut", "turned"])
def test_a_tile_that_was_damaged_meanwhile_is_computed_again(interrupted, harm):
    scene, target = interrupted
    unit = min(units_of(target).glob("*-*.tif"))
    content = unit.read_bytes()
    unit.write_bytes(content[:99] if harm == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
    write(scene, target, noted())
    assert len(CALLS) == 7


@pytest.mark.usefixtures("alike")
def test_what_another_run_has_kept_is_not_used(interrupted):
    _, target = interrupted
    other = make_scene(shape=(30, 30), gaps=0.05, seed=9)
    (units_of(target) / "stray.tif").touch()
    write(other, target, noted())
    assert len(CALLS) == 9
    assert not units_of(target).exists()


@pytest.mark.usefixtures("alike")
def test_force_redoes_what_was_kept_and_what_is_there(interrupted):
    scene, target = interrupted
    write(scene, target, noted(), force=True)
    assert len(CALLS) == 9
    before = files(target)
    write(scene, target, noted(), force=True)
    assert len(CALLS) == 9
    assert files(target) == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_force_never_replaces_what_no_run_has_made(tmp_path):
    scene = make_scene(shape=(10, 10))
    target = write(scene, tmp_path / "run", noted())
    (target / "thesis.docx").touch()
    with pytest.raises(ResourceError) as caught:
        write(scene, target, noted(), force=True)
    assert caught.value.code == "OUTPUT_NOT_EMPTY"
    assert (target / "thesis.docx").exists()


def test_a_unit_is_called_after_all_that_it_depends_on(tmp_path):
    scene = make_scene(shape=(20, 20))
    (tmp_path / "units").mkdir()

    def names(scene, run=""):
        result = sharpen(scene, "plain", tile=10)
        layers = [result[name] for name in NAMES]
        made = compute_units(layers, tmp_path / "units", run=run, wrote=lambda _: None)
        return {path.name for path in made.values()}

    first = names(scene)
    assert names(scene) == first
    assert names(scene, run="of other inputs").isdisjoint(first)
    assert names(make_scene(shape=(20, 20), seed=2)).isdisjoint(first)
    assert (tmp_path / "units" / MANIFEST).is_file()


@pytest.mark.fault(42)
def test_files_are_the_same_to_the_byte_whatever_the_tile(tmp_path):
    scene = make_scene(shape=(70, 61), gaps=0.05)
    made = []
    for tile in (200, 23):
        folder = tmp_path / str(tile)
        folder.mkdir()
        write_layers(sharpen(scene, "guided", tile=tile), folder)
        made.append(files(folder))
    assert made[0] == made[1]
    assert set(made[0]) == {f"{name}.tif" for name in NAMES}


def empty_scene(edge, factor):
    """Give a scene without guides that is made when it is read."""
    box = GeoBox((edge, edge), Affine(1000, 0, 0, 0, -1000, 9e6), "EPSG:32631")
    lst = da.full((edge, edge), np.float32(300), chunks=1024)
    guide = xr.Dataset(coords=xr_coords(divide(box, factor), dims=("y", "x")))
    return build_scene(xr.Dataset({"lst": on_grid(lst, box)}), guide)


@pytest.mark.fault(46)
@pytest.mark.skipif(not resident(), reason="this system does not tell what a process holds")
def test_memory_stays_flat_however_many_tiles_there_are(tmp_path):
    result = sharpen(empty_scene(240, 16), noted(factor=16), tile=12)
    held = []
    home = tmp_path / "units"
    home.mkdir()
    layers = [result[name] for name in NAMES]
    compute_units(layers, home, wrote=lambda _: held.append(resident()))
    written = sum(path.stat().st_size for path in home.iterdir())
    assert len(held) == 401
    assert max(held[100:]) - max(held[50:100]) < written / 10


@pytest.mark.fault(41)
@pytest.mark.skipif(not resident(), reason="this system does not tell what a process holds")
def test_a_request_of_a_hundred_thousand_pixels_by_as_many_streams():
    before = resident()
    result = sharpen(empty_scene(3125, 32), noted(factor=32), tile=32)
    assert dict(result.sizes) == {"y": 100_000, "x": 100_000}
    corner = result.isel(y=slice(-1024, None), x=slice(-1024, None)).compute()
    assert (corner["lst"] == 300).all()
    assert len(CALLS) == 1 + 3
    assert resident() - before < 1_000_000_000
