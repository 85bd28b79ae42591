"""Bits of quality words are read as the user guides write them, lazily or not."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core.bits import BitField, flag_attributes

AEROSOL = BitField(name="aerosol", first=6, classes=("climatology", "low", "average", "high"))
SNOW = BitField(name="snow", first=15)
WORDS = xr.DataArray(np.arange(65536, dtype=np.uint16).reshape(256, 256), dims=("y", "x"))


def as_guides_write(word, first, last):
    """Cut bits out of a word written with its most significant bit first."""
    return int(f"{word:016b}"[15 - last : 16 - first], 2)


def test_every_word_is_read_as_the_guides_write_it():
    values, snow = AEROSOL.of(WORDS).to_numpy().ravel(), SNOW.of(WORDS).to_numpy().ravel()
    assert values.tolist() == [as_guides_write(word, 6, 7) for word in range(65536)]
    assert snow.tolist() == [as_guides_write(word, 15, 15) for word in range(65536)]


@given(word=st.integers(0, 2**32 - 1), first=st.integers(0, 28))
def test_bits_of_a_long_word_are_what_shifting_leaves(word, first):
    field = BitField(name="band", first=first, classes=("?",) * 16)
    assert int(field.of(xr.DataArray(np.uint32(word)))) == (word // 2**first) % 16


@pytest.mark.parametrize("chunks", [None, {"y": 100}])
def test_a_table_gives_each_class_its_number_and_stays_lazy(chunks):
    words = WORDS if chunks is None else WORDS.chunk(chunks)
    errors = AEROSOL.translated(words, (0.1, 0.2, 0.3, 0.5))
    assert errors.dtype == np.float32
    assert (errors.chunks is None) == (chunks is None)
    wanted = np.array([0.1, 0.2, 0.3, 0.5], np.float32)[AEROSOL.of(WORDS).to_numpy()]
    assert np.array_equal(errors, wanted)


def test_attributes_of_the_words_do_not_become_those_of_their_bits():
    words = WORDS.assign_attrs(units="bit field", _FillValue=65535)
    assert AEROSOL.of(words).attrs == {}


def test_flag_attributes_are_three_lists_of_one_length_as_cf_asks():
    attributes = flag_attributes(AEROSOL, SNOW)
    meanings = attributes["flag_meanings"].split()
    assert attributes["flag_masks"] == [192] * 4 + [32768] * 2
    assert attributes["flag_values"] == [0, 64, 128, 192, 0, 32768]
    assert meanings[3] == "aerosol_high"
    assert meanings[5] == "snow_yes"
    assert len(meanings) == len(attributes["flag_masks"])
