"""A temperature is re-expressed for another emissivity, by Planck's law and known answers."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import ModelError, SceneError, registry
from lstsr_core.testing import check_correction, make_scene
from lstsr_emissivity import correction
from lstsr_emissivity.correction import re_express
from lstsr_emissivity.cover import CLASSES, of_classes, of_vegetation
from lstsr_emissivity.options import EmissivityOptions
from lstsr_emissivity.plugin import lstsr_corrections
from lstsr_emissivity.radiance import Reading

BRIGHT = EmissivityOptions(assumed=1.0)
"""The temperature is a brightness temperature."""
PLANCK, LIGHT, BOLTZMANN = 6.62607015e-34, 299792458.0, 1.380649e-23
"""The constants of Planck's law [J s], [m s-1], [J K-1]."""


def radiance(kelvin, micrometres=11.0):
    """What a black body emits. [W m-2 sr-1 um-1]"""
    w = micrometres * 1e-6
    photon = PLANCK * LIGHT / (w * BOLTZMANN * kelvin)
    return 2 * PLANCK * LIGHT**2 / w**5 / np.expm1(photon) * 1e-6


def uniform(lst=300.0, ndvi=0.8, **layers):
    scene = make_scene(shape=(4, 5), factor=2)
    scene["coarse/lst"].values[:] = lst
    scene["guide/ndvi"].values[:] = ndvi
    coarse = scene["coarse"].to_dataset()
    more = {name: xr.full_like(coarse["lst"], value) for name, value in layers.items()}
    scene["coarse"].dataset = coarse.assign(more)
    return scene


@given(st.floats(250, 340), st.floats(0.9, 1.0), st.floats(0.9, 1.0), st.floats(180, 290))
def test_what_leaves_the_ground_is_the_same_before_and_after(lst, old, new, sky):
    again = Reading(wavelength=11.0, sky=sky).again(np.array(lst), old, np.array(new))
    before = old * radiance(lst) + (1 - old) * radiance(sky)
    after = new * radiance(again) + (1 - new) * radiance(sky)
    assert after == pytest.approx(before, rel=1e-9)


def test_land_as_warm_as_the_sky_reads_the_same_with_any_emissivity():
    again = Reading(wavelength=11.0, sky=280.0).again(np.array(280.0), 1.0, np.array(0.9))
    assert again == pytest.approx(280.0)


def test_a_hundredth_of_emissivity_is_worth_half_a_kelvin():
    again = Reading(wavelength=11.0, sky=240.0).again(np.array(300.0), 0.98, np.array(0.97))
    assert again - 300.0 == pytest.approx(0.46, abs=0.01)


STEP = 1e-4


@given(st.floats(270, 330), st.floats(0.92, 1.0), st.floats(0.92, 0.99), st.floats(200, 270))
def test_the_sensitivities_are_the_derivatives(lst, old, new, sky):
    reading = Reading(wavelength=10.9, sky=sky)
    again = reading.again(np.array(lst), old, np.array(new))

    def rise(low, high):
        return float(high - low) / (2 * STEP)

    by_lst = [reading.again(np.array(lst + s), old, np.array(new)) for s in (-STEP, STEP)]
    by_new = [reading.again(np.array(lst), old, np.array(new + s)) for s in (-STEP, STEP)]
    by_sky = [
        Reading(wavelength=10.9, sky=sky + s).again(np.array(lst), old, np.array(new))
        for s in (-STEP, STEP)
    ]
    assert reading.by_lst(np.array(lst), again, old, new) == pytest.approx(rise(*by_lst), rel=1e-4)
    assert reading.by_emissivity(again, new) == pytest.approx(rise(*by_new), rel=1e-4, abs=1e-4)
    assert reading.by_sky(again, old, new) == pytest.approx(rise(*by_sky), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("ndvi", "emissivity"),
    [
        (-0.3, 0.992),
        (0.1, 0.960),
        (0.2, 0.960),
        # A share of a quarter: 0.985 / 4 + 3 / 4 0.960 + 4 x 0.015 x 3 / 16.
        (0.35, 0.9775),
        (0.5, 0.985),
        (0.9, 0.985),
        (np.nan, np.nan),
    ],
)
def test_vegetation_by_its_thresholds(ndvi, emissivity):
    found = of_vegetation(np.array(ndvi), EmissivityOptions())
    np.testing.assert_allclose(found, emissivity, atol=1e-12)


@given(st.floats(-1, 1))
def test_no_ndvi_gives_an_emissivity_beyond_one(ndvi):
    assert 0.95 <= of_vegetation(np.array(ndvi), EmissivityOptions()) <= 1.0


def test_a_brightness_temperature_over_vegetation_becomes_that_of_the_land():
    corrected = re_express(uniform(), BRIGHT)["coarse"]
    wanted = (radiance(300.0) - 0.015 * radiance(240.0)) / 0.985
    np.testing.assert_allclose(radiance(corrected["lst"].to_numpy()), wanted, rtol=1e-5)
    np.testing.assert_allclose(corrected["emissivity"], 0.985, rtol=1e-6)
    assert corrected["lst"].attrs["units"] == "K"


def test_coarse_pixels_take_the_mean_emissivity_of_their_fine_ones():
    scene = uniform()
    scene["guide/ndvi"].values[:, ::2] = 0.1
    found = re_express(scene, BRIGHT)["coarse/emissivity"]
    np.testing.assert_allclose(found, (0.985 + 0.960) / 2, rtol=1e-6)


def test_a_tall_scene_is_read_in_strips_without_a_seam(monkeypatch):
    scene = make_scene(shape=(11, 4), factor=3)
    whole = re_express(scene, BRIGHT)["coarse/lst"]
    monkeypatch.setattr(correction, "STRIP", 4)
    np.testing.assert_array_equal(re_express(scene, BRIGHT)["coarse/lst"], whole)
    lazy = scene.copy()
    lazy["guide"].dataset = scene["guide"].to_dataset().chunk(y=12, x=5)
    np.testing.assert_array_equal(re_express(lazy, BRIGHT)["coarse/lst"], whole)


def test_a_mapped_emissivity_goes_before_the_one_that_is_set_and_once_more_changes_nothing():
    scene = uniform(emissivity=0.985)
    same = re_express(scene, BRIGHT)
    np.testing.assert_allclose(same["coarse/lst"], 300.0, atol=1e-4)
    once = re_express(uniform(), BRIGHT)
    twice = re_express(once, BRIGHT)
    np.testing.assert_allclose(twice["coarse/lst"], once["coarse/lst"], atol=1e-4)


def test_uncertainties_of_emissivity_and_sky_widen_that_of_the_temperature():
    corrected = re_express(uniform(lst_uncertainty=1.0), BRIGHT)["coarse"]
    t1 = float(corrected["lst"][0, 0])
    step = 0.01

    def slope(kelvin):
        return (radiance(kelvin + step) - radiance(kelvin - step)) / (2 * step)

    by_lst = slope(300.0) / 0.985 / slope(t1)
    by_new = (radiance(t1) - radiance(240.0)) / (0.985 * slope(t1))
    by_sky = 0.015 / 0.985 * slope(240.0) / slope(t1)
    wanted = np.sqrt(by_lst**2 + (0.01 * by_new) ** 2 + (20 * by_sky) ** 2)
    np.testing.assert_allclose(corrected["lst_uncertainty"], wanted, rtol=1e-4)
    assert "lst_uncertainty" not in re_express(uniform(), BRIGHT)["coarse"]


def test_a_pixel_without_a_guide_takes_the_mean_of_the_scene_and_is_less_sure():
    scene = uniform(lst_uncertainty=0.5)
    scene["guide/ndvi"].values[:, 4:] = 0.1
    scene["guide/ndvi"].values[:2, :2] = np.nan
    corrected = re_express(scene, BRIGHT)["coarse"]
    told = corrected["emissivity"].to_numpy().ravel()[1:]
    assert corrected["emissivity"][0, 0] == pytest.approx(told.mean())
    assert np.isfinite(corrected["lst"]).all()
    assert corrected["lst_uncertainty"][0, 0] > 1.2 * corrected["lst_uncertainty"][1, 0]


def covered(codes, **flags):
    scene = uniform()
    attributes = {
        "flag_values": [10, 50, 80],
        "flag_meanings": "tree_cover built_up permanent_water",
    }
    cover = xr.full_like(scene["guide/ndvi"], codes).drop_attrs()
    cover = cover.assign_attrs(attributes | flags)
    scene["guide"].dataset = scene["guide"].to_dataset().assign(land_cover=cover)
    return scene


BY_COVER = EmissivityOptions(assumed=1.0, method="land-cover")


@pytest.mark.parametrize(("code", "emissivity"), [(10.0, 0.995), (50.0, 0.973), (80.0, 0.992)])
def test_land_cover_has_the_emissivity_of_its_class(code, emissivity):
    found = re_express(covered(code), BY_COVER)["coarse/emissivity"]
    np.testing.assert_allclose(found, emissivity, rtol=1e-6)


def test_classes_without_an_emissivity_are_gaps_of_the_map():
    cover = covered(10.0)["guide/land_cover"]
    cover.values[0, 0] = 255
    found = of_classes(cover)
    assert np.isnan(found[0, 0])
    assert np.isfinite(found).sum() == found.size - 1


def test_every_class_of_worldcover_has_an_emissivity_that_land_has():
    assert all(0.96 <= value < 1.0 for value in CLASSES.values())
    assert len(CLASSES) == 11


@pytest.mark.parametrize("meanings", ["", "sea_of_tranquility"])
def test_a_land_cover_whose_classes_are_not_known_is_refused(meanings):
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        re_express(covered(10.0, flag_meanings=meanings), BY_COVER)


def test_a_scene_of_which_no_guide_tells_anything_is_refused():
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        re_express(uniform(ndvi=np.nan), BRIGHT)


def test_a_temperature_of_unknown_emissivity_is_refused():
    with pytest.raises(ModelError, match="OPTION_INVALID") as caught:
        re_express(uniform(), EmissivityOptions())
    assert "emissivity:assumed=0.98" in caught.value.remedy


def test_a_guide_that_is_missing_is_named():
    with pytest.raises(ModelError, match="GUIDE_MISSING") as caught:
        re_express(uniform(), BY_COVER)
    assert "land_cover" in caught.value.expected


def test_the_correction_keeps_the_contract_and_is_chosen_with_its_options():
    check_correction(registry.choose_correction("emissivity:assumed=0.98,wavelength=10.9"))
    [offered] = lstsr_corrections()
    assert offered.options is EmissivityOptions


@pytest.mark.parametrize(
    "words",
    [
        "assumed=1.1",
        "soil=0.5",
        "method=guess",
        "wavelength=0.6",
        "sky=400",
        "uncertainty=-1",
        "cavity=0.1",
    ],
)
def test_what_no_land_has_is_refused_before_a_scene_is_read(words):
    with pytest.raises(ModelError, match="OPTION_INVALID"):
        registry.choose_correction(f"emissivity:{words}")


def test_listing_the_correction_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_emissivity.plugin import lstsr_corrections;"
        "assert [*lstsr_corrections()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
