"""Guides that lie beside the temperature are laid on it, all by one shift."""

from __future__ import annotations

import logging
import math

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import Correction, check_scene
from lstsr_core.testing import check_correction, make_scene
from lstsr_physics import Shift, realign
from lstsr_physics.corrections.registration import SHIFT_DOWN, register
from lstsr_physics.law.displacement import LAID, LIMIT, MODIS_GRID
from lstsr_physics.law.law import Displacement, Law

FINE = 926.625433055833 / 4
"""Fine pixel of the simulated scenes. [m]"""


UNSURE = 1e6
"""Spread of an expectation that counts for nothing against a scene. [m]"""


def law_that_expects(right=0.0, down=0.0, spread=0.0):
    """Make a law that says no more than where guides lie [fine pixel]; spread in metres."""
    place = Displacement(right=right * FINE, down=down * FINE, spread=spread)
    return Law(coarse_pixel=926.625, octaves=(), restoration={}, displacement={MODIS_GRID: place})


def displaced_scene(right, down, **knobs):
    """Make a scene whose NDVI lies beside its temperature."""
    scene = make_scene(shape=(64, 64), **knobs)
    back = Shift(dx=-right, dy=-down, correlation=math.nan, at_limit=False)
    scene["guide/ndvi"] = realign(scene["guide/ndvi"], back).clip(-1, 1)
    return scene


def with_guide(scene, name, values, **attributes):
    copy = scene.copy()
    layer = scene["guide/ndvi"].copy(data=values).assign_attrs(attributes)
    copy["guide"].dataset = scene["guide"].to_dataset().assign({name: layer})
    return copy


def attributes_of(scene):
    return scene["guide/ndvi"].attrs[LAID], scene["guide/ndvi"].attrs[SHIFT_DOWN]


def test_registration_keeps_the_contract_of_corrections_with_the_shipped_law():
    check_correction(Correction(name="registration", stage="scene", apply=register))


@pytest.mark.fault(23)
@pytest.mark.parametrize(("right", "down"), [(0.75, 0.75), (-1.3, 0.6), (0.0, 0.0)])
def test_guide_that_lies_beside_the_temperature_is_laid_on_it(right, down):
    scene = displaced_scene(right, down)
    registered = register(scene, law_that_expects(spread=UNSURE))
    assert attributes_of(registered) == pytest.approx((right, down), abs=0.15)
    truth = make_scene(shape=(64, 64))["guide/ndvi"].to_numpy()
    inner = np.s_[8:-8, 8:-8]
    before, after = (
        float(np.std((tree["guide/ndvi"].to_numpy() - truth)[inner]))
        for tree in (scene, registered)
    )
    assert after < 0.6 * before or (right, down) == (0.0, 0.0)
    assert after < 0.03


def test_scene_without_contrast_is_moved_as_the_law_expects():
    scene = make_scene()
    scene["coarse/lst"].values[:] = 300.0
    registered = register(scene, law_that_expects(right=0.5, down=-0.25))
    assert attributes_of(registered) == pytest.approx((0.5, -0.25))


def test_what_the_law_expects_is_weighed_with_what_the_scene_shows():
    scene = displaced_scene(1.0, 1.0)
    assert attributes_of(register(scene, law_that_expects())) == (0.0, 0.0)
    right, down = attributes_of(register(scene, law_that_expects(spread=30.0)))
    assert 0.1 < right < 0.9
    assert 0.1 < down < 0.9


def test_no_guide_is_moved_farther_than_the_limit():
    scene = make_scene()
    scene["coarse/lst"].values[:] = 300.0
    registered = register(scene, law_that_expects(right=50.0, down=-50.0))
    assert attributes_of(registered) == (4 * LIMIT, -4 * LIMIT)


def test_scene_without_guides_is_unchanged():
    scene = make_scene()
    scene["guide"].dataset = scene["guide"].to_dataset().drop_vars("ndvi")
    assert register(scene, law_that_expects(right=1.0)) is scene


def test_scene_is_registered_once():
    once = register(displaced_scene(0.75, 0.75), law_that_expects(right=0.75, down=0.75))
    assert register(once, law_that_expects(right=0.75, down=0.75)) is once


def test_registered_scene_is_checked_and_temperature_and_attributes_stay():
    scene = with_guide(make_scene(), "ndvi", make_scene()["guide/ndvi"].to_numpy(), units="1")
    registered = register(scene, law_that_expects(right=1.0))
    check_scene(registered)
    xr.testing.assert_identical(registered["coarse"].to_dataset(), scene["coarse"].to_dataset())
    assert registered["guide/ndvi"].attrs.items() > scene["guide/ndvi"].attrs.items()
    assert registered["guide/ndvi"].dtype == np.float32


def test_classes_are_moved_by_whole_pixels_and_no_class_is_invented():
    random = np.random.default_rng(0)
    classes = random.choice([10, 20, 50], (128, 128)).astype(np.uint8)
    scene = with_guide(make_scene(), "cover", classes, flag_values=[10, 20, 50])
    scene["coarse/lst"].values[:] = 300.0
    moved = register(scene, law_that_expects(right=1.2, down=-0.7))["guide/cover"].to_numpy()
    np.testing.assert_array_equal(moved[1:, :-1], classes[:-1, 1:])
    assert np.isnan(moved[0]).all()
    assert np.isnan(moved[:, -1]).all()


def test_whole_numbers_that_are_no_classes_are_interpolated():
    height = np.broadcast_to(np.arange(0, 1280, 10, dtype=np.int16), (128, 128))
    scene = with_guide(make_scene(), "elevation", height)
    scene["coarse/lst"].values[:] = 300.0
    moved = register(scene, law_that_expects(right=0.5))["guide/elevation"].to_numpy()
    assert moved[:, 4:-4] == pytest.approx(height[:, 4:-4] + 5.0, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(
    chunk=st.tuples(st.integers(5, 140), st.integers(5, 140)),
    right=st.floats(-2.0, 2.0),
    down=st.floats(-2.0, 2.0),
    holes=st.booleans(),
)
def test_lazy_guides_stay_lazy_and_are_moved_alike_whatever_the_chunks(chunk, right, down, holes):
    scene = make_scene()
    scene["coarse/lst"].values[:] = 300.0
    if holes:
        scene["guide/ndvi"].values[30:50, 60:90] = np.nan
    law = law_that_expects(right=right, down=down)
    lazy = register(scene.chunk({"y": chunk[0], "x": chunk[1]}), law)["guide/ndvi"]
    assert lazy.chunks is not None
    np.testing.assert_array_equal(lazy.to_numpy(), register(scene, law)["guide/ndvi"].to_numpy())


def test_what_was_done_is_logged(caplog):
    with caplog.at_level(logging.INFO):
        register(displaced_scene(0.75, 0.75), law_that_expects(spread=UNSURE))
    assert "fine pixels right" in caplog.text
