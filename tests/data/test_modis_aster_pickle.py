"""The reader of the published pickles admits arrays, systems and transforms, and nothing else."""

from __future__ import annotations

import os
import pickle
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import SourceError
from lstsr_data.modis_aster_pickle import MOST_BYTES, read_plain_pickle


def pickled(**fields: object) -> bytes:
    return pickle.dumps(fields, protocol=4)


def written(body: bytes) -> bytes:
    """Wrap instructions that push one value into a pickle of {'value': that}."""
    return b"\x80\x04}(\x8c\x05value" + body + b"u."


def code_of(raw: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        read_plain_pickle(raw)
    return caught.value.code


OUTCOMES = {"dict", "FILE_UNREADABLE", "UNSAFE_PICKLE"}


def outcome(raw: bytes) -> str:
    try:
        return type(read_plain_pickle(raw)).__name__
    except SourceError as error:
        return error.code


@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f8", ">f8"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_array_is_read_as_it_was_pickled(kind, order):
    values = np.arange(12.0).reshape(3, 4).astype(kind, order=order)
    np.testing.assert_array_equal(read_plain_pickle(pickled(LST=values))["LST"], values)


def test_numbers_texts_and_tuples_are_read_as_they_stand():
    fields = {"angle": 12.5, "center": (528, 331), "to": "EPSG:32631", "none": None}
    assert read_plain_pickle(pickled(**fields)) == fields


def test_old_and_new_names_of_numpy_are_read_alike():
    raw = pickled(LST=np.eye(2))
    new, old = b"\x8c\x16numpy._core.multiarray", b"\x8c\x15numpy.core.multiarray"
    assert new in raw
    # The frame says how long it is; a pickle need not have one.
    unframed = raw[:2] + raw[11:].replace(new, old)
    np.testing.assert_array_equal(read_plain_pickle(unframed)["LST"], np.eye(2))


def test_crs_is_read_as_its_text():
    raw = written(b"crasterio.crs\nCRS\n)\x81\x8c\x0aEPSG:32631b")
    assert read_plain_pickle(raw) == {"value": "EPSG:32631"}


def test_transform_is_read_as_its_coefficients():
    raw = written(b"caffine\nAffine\n(K\x02K\x00K\x05K\x00K\x03K\x07t\x81")
    assert read_plain_pickle(raw) == {"value": (2.0, 0.0, 5.0, 0.0, 3.0, 7.0)}


class Malicious:
    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.mark,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_that_calls_a_function_is_refused_and_calls_nothing(protocol, tmp_path):
    mark = tmp_path / "called"
    raw = pickle.dumps({"LST": Malicious(str(mark))}, protocol=protocol)
    assert code_of(raw) == "UNSAFE_PICKLE"
    assert not mark.exists()


@pytest.mark.parametrize(
    "name",
    [
        "os\nsystem",
        "builtins\neval",
        "numpy.core.multiarray\nfrombuffer",
        "numpy\nload",
        "rasterio.crs\nCRS.from_wkt",
        "affine\nAffine.__new__",
    ],
)
def test_the_global_that_is_refused_is_named(name):
    raw = written(b"c" + name.encode() + b"\n")
    with pytest.raises(SourceError, match=name.replace("\n", ".")) as caught:
        read_plain_pickle(raw)
    assert caught.value.code == "UNSAFE_PICKLE"


@pytest.mark.parametrize("instruction", [b"Pid\n", b"\x82\x01", b"ios\nsystem\n", b"\x97"])
def test_instructions_beyond_plain_values_are_refused(instruction):
    assert code_of(written(b"(" + instruction)) == "UNSAFE_PICKLE"


def test_array_of_objects_is_refused():
    assert code_of(pickled(LST=np.array([1, "a", None], dtype=object))) == "UNSAFE_PICKLE"


@pytest.mark.parametrize("kind", ["i4", "S8", "U4", "c16", "M8[s]"])
def test_array_of_something_else_than_floats_is_refused(kind):
    with pytest.raises(SourceError):
        read_plain_pickle(pickled(LST=np.zeros(3, dtype=kind)))


def test_array_that_claims_more_pixels_than_it_brings_is_refused():
    raw = pickled(LST=np.zeros((64, 64), np.float32))
    shape, more = b"K\x40K\x40\x86", b"K\xffK\xff\x86"
    assert shape in raw
    assert code_of(raw.replace(shape, more)) == "FILE_UNREADABLE"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "bomb",
    [
        b"}" * 10_000 + b".",
        b"\x80\x04}(" + b"K\x01\x85\x94" + b"h\x00h\x00\x86\x94" * 60 + b"K\x01u.",
        b"\x80\x04}(K\x01" + b"\x85" * 100_000 + b"K\x01u.",
        b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f.",
        b"\x80\x04B\xff\xff\xff\x7f.",
        b"\x00" * (MOST_BYTES + 1),
    ],
    ids=["deep", "doubling", "nested", "huge bytes", "long bytes", "huge file"],
)
def test_bomb_is_refused_at_once(bomb):
    assert code_of(bomb) in {"FILE_UNREADABLE", "UNSAFE_PICKLE"}


def test_every_truncation_is_refused():
    raw = pickled(LST=np.ones((8, 8), np.float32), CRS="EPSG:32631")
    for length in range(len(raw)):
        assert code_of(raw[:length]) == "FILE_UNREADABLE"


def test_flipped_bytes_never_do_worse_than_a_coded_error():
    raw = pickled(LST=np.ones((4, 4)), angle=1.5, center=(1, 2))
    choose = random.Random(2)
    for _ in range(2000):
        damaged = bytearray(raw)
        damaged[choose.randrange(len(raw))] = choose.randrange(256)
        assert outcome(bytes(damaged)) in OUTCOMES


@given(st.binary(max_size=60))
def test_any_bytes_give_a_dictionary_or_a_coded_error(raw):
    assert outcome(b"\x80\x04" + raw) in OUTCOMES
