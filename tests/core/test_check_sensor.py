"""`check_sensor` accepts what keeps the contract and refuses each way of breaking it."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError, Sensor
from lstsr_core.testing import check_sensor


def sensor(decode, role="thermal"):
    return Sensor(name="mine", role=role, resolution=1000.0, decode=decode)


@pytest.fixture
def raw():
    return xr.Dataset({"counts": (("y", "x"), np.array([[0, 15000, 14000]], np.uint16))})


def kelvin(raw):
    lst = raw["counts"].where(raw["counts"] > 0).astype("float32") * 0.02
    return raw[[]].assign(lst=lst.assign_attrs(units="K"))


def test_a_sensor_that_decodes_to_kelvin_is_accepted_and_its_output_given(raw):
    lst = check_sensor(sensor(kelvin), raw)["lst"].to_numpy()
    np.testing.assert_allclose(lst, [[np.nan, 300.0, 280.0]], rtol=1e-6)


def test_a_sensor_may_bring_quality_and_time(raw):
    def decode(raw):
        time = xr.full_like(raw["counts"], np.datetime64("2019-07-01", "ns"), dtype="M8[ns]")
        return kelvin(raw).assign(quality=raw["counts"] > 0, view_time=time)

    check_sensor(sensor(decode), raw)


def test_a_guide_sensor_brings_guides_by_their_names(raw):
    check_sensor(sensor(lambda raw: raw[[]].assign(ndvi=raw["counts"] / 20000.0), "guide"), raw)


def in_place(raw):
    decoded = kelvin(raw)
    raw["counts"][0, 0] = 1
    return decoded


BROKEN_SENSORS = {
    "changes its input": (in_place, "decode changed its input"),
    "gives an array": (lambda raw: kelvin(raw)["lst"], "a DataArray"),
    "gives another size": (lambda raw: kelvin(raw).isel(x=slice(0, 2)), "sizes"),
    "gives integers": (lambda raw: raw.rename(counts="lst"), "lst of uint16"),
    "gives no lst": (lambda raw: kelvin(raw).rename(lst="temperature"), "temperature"),
}


@pytest.mark.parametrize("case", BROKEN_SENSORS)
def test_a_sensor_is_refused_that(case, raw, broken):
    decode, found = BROKEN_SENSORS[case]
    assert found in broken(check_sensor, sensor(decode), raw)


def test_a_guide_sensor_without_a_guide_is_refused(raw, broken):
    assert broken(check_sensor, sensor(lambda raw: raw[[]], "guide"), raw) == "variables []"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda lst: lst - 273.15, "SCALE_SUSPECT"),
        (lambda lst: lst * np.nan, "NO_VALID_PIXELS"),
        (lambda lst: lst.assign_attrs(units="degC"), "UNITS_UNKNOWN"),
    ],
)
def test_a_sensor_that_gives_no_kelvin_is_refused_by_the_code_of_the_scene(raw, change, code):
    with pytest.raises(SceneError, match=code):
        check_sensor(sensor(lambda raw: raw[[]].assign(lst=change(kelvin(raw)["lst"]))), raw)
