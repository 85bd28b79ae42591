"""Guides that lie a pixel or more beside the temperature are found at the coarse scale."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from lstsr_core.testing import make_scene
from lstsr_physics.corrections.registration import register
from lstsr_physics.misplaced import name_misplaced_guides


def displaced(right, down):
    """Give a scene whose NDVI lies whole fine pixels beside its temperature."""
    scene = make_scene(shape=(40, 44), seed=1)
    ndvi = scene["guide/ndvi"]
    ndvi.values[:] = np.roll(ndvi.to_numpy(), (down, right), axis=(0, 1))
    return scene


@pytest.mark.fault(23)
@pytest.mark.parametrize(("right", "down"), [(2, 0), (4, 4), (-6, 3), (0, -7)])
def test_a_displaced_guide_is_named_with_how_far_it_lies_off(caplog, right, down):
    shift = name_misplaced_guides(displaced(right, down), ["ndvi"])
    assert (shift.dx, shift.dy) == pytest.approx((right, down), abs=0.3)
    assert "guide ndvi seems to lie" in caplog.text
    remedy = "--correction registration" if max(abs(right), abs(down)) <= 2 else "check where"
    assert remedy in caplog.text


@pytest.mark.fault(23)
def test_a_guide_beyond_the_search_is_said_to_lie_there_or_farther(caplog):
    assert name_misplaced_guides(displaced(9, 0), ["ndvi"]).at_limit
    assert "or farther" in caplog.text


@pytest.mark.parametrize(
    "make",
    [
        lambda: displaced(0, 0),
        lambda: displaced(1, 0),
        lambda: make_scene(shape=(40, 44), slope=0.0, noise=0.5),
        lambda: make_scene(shape=(3, 3)),
    ],
    ids=["in place", "one fine pixel", "unrelated", "tiny"],
)
def test_a_guide_that_lies_right_or_cannot_be_told_is_not_accused(caplog, make):
    assert name_misplaced_guides(make(), ["ndvi"]) is None
    assert caplog.text == ""


def test_classes_resemble_no_temperature():
    scene = displaced(4, 4)
    scene["guide/ndvi"].attrs["flag_values"] = [1, 2]
    assert name_misplaced_guides(scene, ["ndvi"]) is None


@pytest.mark.fault(23)
def test_registration_flags_what_it_cannot_correct(caplog):
    with caplog.at_level(logging.WARNING):
        register(displaced(4, 4))
    assert "more than 0.5 coarse pixels beside the temperature" in caplog.text
