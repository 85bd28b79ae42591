"""The factor is the whole number that brings the coarse pixel nearest to the guide's."""

from __future__ import annotations

import pytest
from affine import Affine
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_core.testing.scenes import MODIS_PIXEL, SINUSOIDAL
from lstsr_data.factor import choose_factor, crop_to

UTM = "EPSG:32631"


def box(pixel, shape=(10, 10), corner=(500_000.0, 4_900_000.0), crs=UTM):
    return GeoBox(shape, Affine(pixel, 0, corner[0], 0, -pixel, corner[1]), crs)


@pytest.mark.parametrize(
    ("coarse", "guide", "factor"),
    [(1000.0, 250.0, 4), (1000.0, 500.0, 2), (1000.0, 30.0, 33), (926.6, 231.7, 4), (900, 590, 2)],
)
def test_the_nearest_whole_factor_is_taken(coarse, guide, factor):
    assert choose_factor(box(coarse), box(guide)) == factor


def test_the_ratio_holds_across_coordinate_systems():
    modis = box(MODIS_PIXEL, corner=(277_061.0, 5_100_146.0), crs=SINUSOIDAL)
    assert choose_factor(modis, box(231.66, corner=(530_000.0, 5_080_000.0))) == 4


def test_degrees_and_metres_compare_on_the_ground():
    degrees = box(1 / 112.0, corner=(3.0, 0.5), crs="EPSG:4326")
    assert choose_factor(degrees, box(250.0, corner=(500_000.0, 50_000.0))) == 4


@pytest.mark.parametrize("guide", [1000.0, 2000.0, 700.0])
def test_a_guide_that_is_not_finer_is_refused(guide):
    with pytest.raises(SceneError) as caught:
        choose_factor(box(1000.0), box(guide))
    assert caught.value.code == "GUIDE_TOO_COARSE"


def test_the_coarse_grid_is_cropped_to_the_pixels_that_a_guide_touches():
    small = box(250.0, (8, 12), corner=(502_100.0, 4_896_900.0))
    assert crop_to(box(1000.0), [small]) == (slice(3, 6), slice(2, 6))


def test_a_guide_that_ends_on_a_pixel_border_touches_no_more():
    small = box(250.0, (8, 8), corner=(502_000.0, 4_896_000.0))
    assert crop_to(box(1000.0), [small]) == (slice(4, 6), slice(2, 4))


def test_guides_together_decide_what_is_kept():
    one = box(250.0, (4, 4), corner=(500_000.0, 4_900_000.0))
    other = box(250.0, (4, 4), corner=(505_000.0, 4_895_000.0))
    assert crop_to(box(1000.0), [one, other]) == (slice(0, 6), slice(0, 6))
