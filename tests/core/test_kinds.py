"""The kinds refuse names that cannot be typed and stay as they were made."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from lstsr_core import Correction, Model, PluginError, Quality, Sensor
from lstsr_core.quality import FLAG_ATTRIBUTES

MAKERS = {
    "sensor": lambda name: Sensor(name=name, role="guide", resolution=250.0, decode=dict),
    "model": lambda name: Model(name=name, prepare=dict, margin=0),
    "correction": lambda name: Correction(name=name, stage="scene", apply=dict),
}


@pytest.fixture(params=MAKERS)
def make(request):
    return MAKERS[request.param]


@pytest.mark.parametrize("name", ["tsharp", "modis-ndvi", "mod11a1", "a", "x-1-y2"])
def test_lower_case_words_joined_by_hyphens_are_names(make, name):
    assert make(name).name == name


@pytest.mark.parametrize(
    "name",
    ["", "TsHARP", "two words", "under_score", "-x", "x-", "a--b", "1st", "é", "a\n", "a/b", "a.b"],
)
def test_other_names_are_refused_and_named(make, name):
    with pytest.raises(PluginError) as caught:
        make(name)
    assert caught.value.code == "CONTRACT_BROKEN"
    assert repr(name) in caught.value.found


def test_values_cannot_be_changed(make):
    with pytest.raises(FrozenInstanceError):
        make("tsharp").name = "other"


def test_quality_flags_are_single_bits_of_one_byte_and_none_is_zero():
    values = [int(flag) for flag in Quality]
    assert values == [1 << bit for bit in range(len(values))]
    assert sum(values) <= 255


def test_quality_attributes_name_every_flag_as_cf_wants_it():
    meanings = FLAG_ATTRIBUTES["flag_meanings"].split()
    assert dict(zip(meanings, FLAG_ATTRIBUTES["flag_masks"], strict=True)) == {
        flag.name.lower(): int(flag) for flag in Quality
    }
