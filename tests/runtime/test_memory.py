"""A run keeps within the memory that it may use, or says how much it needs."""

from __future__ import annotations

import pytest

from lstsr_core import ResourceError, SourceError, write_scene
from lstsr_core.testing import make_scene
from lstsr_runtime import run
from lstsr_runtime.execution import Execution, read_size
from lstsr_runtime.memory import (
    AFTER,
    LEAST,
    START,
    Watch,
    choose_tile,
    demanded_within,
    resident,
    tiles_in_flight,
)
from lstsr_runtime.request import make_request
from lstsr_runtime.tiles import DEFAULT_TILE


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4_000_000_000), ("1.5 GiB", 1_610_612_736), ("512m", 512_000_000), ("9000", 9000)],
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "four", "4XB", "-1GB", "1i"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(SourceError) as caught:
        read_size(text)
    assert caught.value.code == "OPTION_INVALID"


@pytest.mark.parametrize("fields", [{"workers": 2, "cluster": "tcp://a:1"}, {"workers": -1}])
def test_an_execution_that_makes_no_sense_is_refused(fields):
    with pytest.raises(SourceError):
        Execution(**fields)


def test_tiles_shrink_with_the_memory_and_never_below_the_least():
    tiles = [choose_tile(size, 4, 10, 2) for size in (None, 10**10, START + 3 * 10**8)]
    assert tiles == sorted(tiles, reverse=True)
    assert tiles[0] == tiles[1] == DEFAULT_TILE > tiles[2] >= LEAST
    with pytest.raises(ResourceError) as caught:
        choose_tile(START, 4, 10, 2)
    assert caught.value.code == "MEMORY_EXHAUSTED"


def watch(before, peak):
    seen = Watch()
    seen.before, seen.peak = before, peak
    return seen


@pytest.mark.parametrize(("memory", "tiles"), [(1_050, 4), (650, 2), (500, 1)])
def test_as_many_tiles_are_in_flight_as_fit_beside_what_is_held(memory, tiles):
    million = 1_000_000
    first = watch(250 * million, 400 * million)
    assert tiles_in_flight(memory * million, first, 100 * million, 4) == tiles


def test_a_first_tile_that_took_too_much_ends_the_run():
    with pytest.raises(ResourceError) as caught:
        tiles_in_flight(AFTER, watch(0, AFTER + 1), 0, 4)
    assert caught.value.code == "MEMORY_EXHAUSTED"


@pytest.mark.skipif(not resident(), reason="this system does not tell what a process holds")
def test_a_model_that_takes_more_than_there_is_ends_the_run():
    with pytest.raises(ResourceError) as caught, demanded_within(resident() // 2):
        pass
    assert "MB or more" in caught.value.expected


@pytest.mark.skipif(not resident(), reason="this system does not tell what a process holds")
def test_a_run_within_its_memory_gives_the_same_bytes(tmp_path):
    scene = write_scene(make_scene(shape=(90, 80), gaps=0.05), tmp_path / "scene.nc")
    request = make_request(lst=scene, datetime="2024-07-01T10:00:00")
    enough = resident() + START + 10**9
    folders = [
        run(request, tmp_path / name, execution=Execution(memory=memory))
        for name, memory in (("all", None), ("little", enough))
    ]
    for name in ("lst.tif", "lst_uncertainty.tif", "quality.tif", "item.json", "run.yaml"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_a_run_that_cannot_fit_is_refused_and_leaves_nothing(tmp_path):
    scene = write_scene(make_scene(shape=(20, 20)), tmp_path / "scene.nc")
    request = make_request(lst=scene, datetime="2024-07-01T10:00:00")
    with pytest.raises(ResourceError) as caught:
        run(request, tmp_path / "out", execution=Execution(memory=1000))
    assert caught.value.code == "MEMORY_EXHAUSTED"
    assert [path.name for path in tmp_path.iterdir()] == ["scene.nc"]
