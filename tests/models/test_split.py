"""Splits: nothing of what is kept apart is learnt from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import ModelError, SourceError, write_scene
from lstsr_models.data.module import SceneData
from lstsr_models.data.split import (
    Assigned,
    Split,
    check_words,
    make_split,
    read_split,
    write_split,
)

words = st.sampled_from(["a", "b", "c", "d", ""])
tables = st.dictionaries(st.sampled_from("klmnopqrst"), st.tuples(words, words), min_size=1)


@given(known=tables, apart=st.sampled_from([("place",), ("date",), ("place", "date")]))
def test_folds_never_share_what_keeps_them_apart(known, apart):
    split = make_split(known, apart, folds=3)
    assert [one.scene for one in split.scenes] == sorted(known)
    check_words(split)


def test_folds_are_of_about_equal_size():
    known = {f"s{number:02}": (f"p{number // 2}", "") for number in range(20)}
    folds = [one.fold for one in make_split(known, folds=5).scenes]
    assert [folds.count(fold) for fold in range(5)] == [4] * 5


def test_a_split_survives_being_written(tmp_path):
    known = {"a": ("p", "2020-01-01"), "b": ("q", ""), 'c\'s "own"': ("p", "2020-01-02")}
    split = make_split(known, ("place", "date"))
    assert read_split(write_split(split, tmp_path / "split.json")) == split


def test_what_is_kept_apart_is_not_trained_on():
    split = make_split({f"s{n}": (f"p{n}", "") for n in range(6)}, folds=3)
    assert set(split.of([0])).isdisjoint(split.but([0]))
    assert set(split.of([0])) | set(split.but([0])) == {f"s{n}" for n in range(6)}


@pytest.mark.parametrize(
    ("scenes", "word"),
    [
        ([("a", "p", 0), ("b", "p", 1)], "place p"),
        ([("a", "p", 0), ("a", "p", 0)], "twice"),
    ],
)
def test_a_split_that_leaks_is_refused(scenes, word, tmp_path):
    rows = tuple(Assigned(scene=s, place=p, fold=f) for s, p, f in scenes)
    path = write_split(Split(scenes=rows), tmp_path / "split.json")
    with pytest.raises(ModelError, match=word) as raised:
        read_split(path)
    assert raised.value.code == "SPLIT_LEAKS"


def test_places_of_two_names_that_share_ground_are_found(tmp_path, recipe_of, moved_scene):
    for seed in range(2):
        write_scene(moved_scene(seed), tmp_path / f"s{seed}.nc")
    write_scene(moved_scene(1), tmp_path / "twin.nc")
    known = {"s0": ("a", ""), "s1": ("b", ""), "twin": ("c", "")}
    path = write_split(make_split(known, folds=3), tmp_path / "split.json")
    data = {"scenes": tmp_path, "split": path, "validation": [0], "calibration": []}
    with pytest.raises(ModelError, match="share ground") as raised:
        SceneData(recipe_of(data=data))
    assert raised.value.code == "SPLIT_LEAKS"


@pytest.mark.parametrize("text", ["", "{}", '{"format": "lstsr split 2", "scenes": []}'])
def test_what_is_no_split_is_a_coded_error(text, tmp_path):
    (tmp_path / "split.json").write_text(text)
    with pytest.raises(SourceError) as raised:
        read_split(tmp_path / "split.json")
    assert raised.value.code == "FILE_UNREADABLE"
