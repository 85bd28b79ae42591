"""What a tower measured all day: the correction brings a morning to the afternoon that it saw."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core.testing import make_scene
from lstsr_diurnal.normalisation import normalise
from lstsr_diurnal.options import DiurnalOptions

EMISSIVITY, STEFAN_BOLTZMANN = 0.98, 5.670374e-8
"""Savanna, broadband [1]; [W m-2 K-4]."""
LONGITUDE, LATITUDE, ZONE = 131.1178, -13.0769, 9.5
"""The tower [degree], and its clock ahead of UTC [h]."""
SLOTS = 48
"""Half hours of a day."""
FLICKER = 60.0
"""Second difference of sunlight that a clear day stays below. [W m-2]"""


@pytest.fixture(scope="module")
def clear_days(shared_data):
    """Temperatures [K] of the clear days by half hours, local solar hours [h], and the days."""
    path = shared_data / "insitu" / "AdelaideRiver_2009_L3.nc"
    if not path.is_file():
        pytest.skip(f"no {path.name}")
    with xr.open_dataset(path) as tower:
        up, down, sun = (tower[name].to_numpy() for name in ("Flu", "Fld", "Fsd"))
    power = (up - (1 - EMISSIVITY) * down) / (EMISSIVITY * STEFAN_BOLTZMANN)
    whole = len(power) // SLOTS * SLOTS
    lst = np.where(power > 0, power, np.nan)[:whole].reshape(-1, SLOTS) ** 0.25
    light = sun[:whole].reshape(-1, SLOTS)
    hours = np.arange(SLOTS) / 2 - ZONE + LONGITUDE / 15
    bright = (hours > 8) & (hours < 17)
    clear = np.abs(np.diff(light[:, bright], 2)).max(axis=1) < FLICKER
    known = np.isfinite(lst).all(axis=1) & clear
    dates = np.datetime64("2009-01-01") + np.flatnonzero(known)
    return hours, lst[known], dates


def brought(lst, hour, date, target):
    """Bring one temperature to another hour by the defaults; temperature and uncertainty. [K]"""
    scene = make_scene(shape=(2, 2), crs="EPSG:4326", pixel=0.01)
    coarse = (
        scene["coarse"]
        .to_dataset()
        .assign_coords(
            x=LONGITUDE + np.array([-0.005, 0.005]), y=LATITUDE + np.array([0.005, -0.005])
        )
    )
    coarse["lst"] = xr.full_like(coarse["lst"], lst)
    coarse["lst_uncertainty"] = xr.zeros_like(coarse["lst"]).assign_attrs(units="K")
    utc = round((hour - LONGITUDE / 15) * 3600)
    coarse["view_time"] = date.astype("datetime64[s]") + np.timedelta64(utc, "s")
    moved = scene.copy()
    moved["coarse"].dataset = coarse
    moved = normalise(moved, DiurnalOptions(hour=target))["coarse"]
    return float(moved["lst"][0, 0]), float(moved["lst_uncertainty"][0, 0])


@pytest.mark.parametrize(("start", "end"), [(10.5, 13.5), (10.5, 11.5), (13.5, 10.5)])
def test_a_tower_finds_the_change_within_its_uncertainty(clear_days, start, end):
    hours, lst, dates = clear_days
    assert len(dates) >= 10
    errors, claims, changes = [], [], []
    for day, date in zip(lst, dates, strict=True):
        seen, wanted = np.interp(start, hours, day), np.interp(end, hours, day)
        got, sigma = brought(seen, start, date, end)
        errors.append(got - wanted)
        claims.append(sigma)
        changes.append(wanted - seen)
    errors, claims = np.array(errors), np.array(claims)
    root = np.sqrt(np.mean(errors**2))
    assert root < 0.35 * np.sqrt(np.mean(np.square(changes)))
    assert (np.abs(errors) < 2 * claims).all()
