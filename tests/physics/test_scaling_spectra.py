from __future__ import annotations

import numpy as np
import pytest

from lstsr_physics.scaling.increments import structure_functions
from lstsr_physics.scaling.periodogram import ring_spectra
from lstsr_physics.scaling.powerlaw import fit_power_law, separate
from lstsr_physics.scaling.response import gaussian_transfer, ring_mean
from lstsr_physics.scaling.spectra import field_spectrum, pair_spectrum

GAPS = 0.3
PIXEL = 100.0
HURST = [0.3, 0.5, 0.8]
SIZE = 512


def waves(size):
    return np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])


def rough(hurst, seed, transfer=None):
    """Give half of a fractional Brownian surface, seen through a transfer; std about 3."""
    generator = np.random.default_rng(seed)
    k = waves(2 * SIZE)
    k[0, 0] = np.inf
    shape = k ** -(hurst + 1)
    scale = 3 / np.sqrt(2 * (shape**2).mean())
    spectrum = scale * shape * np.fft.rfft2(generator.standard_normal((2 * SIZE, 2 * SIZE)))
    if transfer is not None:
        rows, columns = np.fft.fftfreq(2 * SIZE)[:, None], np.fft.rfftfreq(2 * SIZE)[None]
        spectrum = spectrum * transfer(columns / PIXEL, rows / PIXEL)
    return np.fft.irfft2(spectrum)[:SIZE, :SIZE]


def brownian(hurst, seed, size=400):
    """Give an exact fractional Brownian surface (Stein 2002, doi:10.1198/106186002466).

    ``E (x(p) - x(q))^2 = 2 |p - q|^2H``, with size pixels as the unit of length.
    """
    reach, power = 2.0, 2 * hurst
    beta = power * (2 - power) / (3 * reach * (reach**2 - 1)) if power > 1.5 else 0.0
    outer = reach if power > 1.5 else 1.0
    square = (power - beta * (outer - 1) ** 2 * (outer + 2)) / 2
    level = beta * (outer - 1) ** 3 + 1 - square
    side = np.minimum(np.arange(4 * size), 4 * size - np.arange(4 * size)) / size
    r = np.hypot(side[:, None], side[None])
    far = beta * np.maximum(outer - r, 0) ** 3 / np.maximum(r, 1e-9)
    covariance = np.where(r <= 1, level - r**power + square * r**2, far)
    strength = np.sqrt(np.maximum(np.fft.fft2(covariance).real, 0) / covariance.size)
    generator = np.random.default_rng(seed)
    white = generator.standard_normal((2, *r.shape))
    inside = int(size / np.sqrt(2))  # within the unit of length in every direction
    field = np.fft.fft2(strength * (white[0] + 1j * white[1])).real[:inside, :inside]
    tilt = generator.standard_normal(2) * np.sqrt(2 * square)
    return field + tilt[0] * side[:inside, None] + tilt[1] * side[None, :inside]


def holed(field, how):
    generator = np.random.default_rng(17)
    if how == "scattered":
        return np.where(generator.random(field.shape) < GAPS, np.nan, field)
    if how == "clouds":
        cover = rough(0.7, 17)[: field.shape[0], : field.shape[1]]
        return np.where(cover < np.quantile(cover, GAPS), np.nan, field)
    return field


@pytest.mark.parametrize("gaps", ["none", "scattered", "clouds"])
@pytest.mark.parametrize("hurst", HURST)
def test_exponents_of_rough_surfaces_are_recovered(hurst, gaps):
    surfaces = (brownian(hurst, seed, size=400) for seed in range(4))
    every = [structure_functions(holed(one, gaps), pixel=PIXEL) for one in surfaces]
    exponents = np.mean([found["exponent"] for found in every], axis=0) / np.arange(1, 5)
    np.testing.assert_allclose(exponents, hurst, atol=0.06)
    flatness = np.mean([found["flatness"][:6] for found in every], axis=0)
    np.testing.assert_allclose(flatness, 3.0, atol=0.2)


@pytest.mark.parametrize("gaps", ["none", "scattered", "clouds"])
@pytest.mark.parametrize("hurst", HURST)
def test_spectral_slopes_of_rough_surfaces_are_recovered(hurst, gaps):
    found = field_spectrum(holed(rough(hurst, 2), gaps), pixel=PIXEL)
    assert float(found["spectral_slope"]) == pytest.approx(-2 * hurst - 2, abs=0.1)


@pytest.mark.parametrize("gaps", ["none", "scattered", "clouds"])
def test_white_noise_is_flat_and_has_its_own_variance(gaps):
    noise = holed(2.0 * np.random.default_rng(5).standard_normal((SIZE, SIZE)), gaps)
    found = field_spectrum(noise, pixel=10.0)
    assert float(found["noise"]) == pytest.approx(2.0, rel=0.03)
    assert float(found["spectral_slope"]) == pytest.approx(0.0, abs=0.1)
    moments = structure_functions(noise, pixel=10.0)
    np.testing.assert_allclose(moments["increment_variance"][:10], 8.0, rtol=0.03)
    np.testing.assert_allclose(moments["exponent"], 0.0, atol=0.06)


@pytest.mark.parametrize("gaps", ["none", "scattered"])
@pytest.mark.parametrize("hurst", HURST)
def test_footprint_and_noise_are_separated_from_nature(hurst, gaps):
    transfer = gaussian_transfer(0.2, PIXEL)
    field = rough(hurst, 3, transfer) + 0.1 * np.random.default_rng(9).standard_normal((SIZE, SIZE))
    found = field_spectrum(holed(field, gaps), pixel=PIXEL, transfer=transfer)
    assert float(found["noise"]) == pytest.approx(0.1, rel=0.15)
    assert float(found["nature_slope"]) == pytest.approx(-2 * hurst - 2, abs=0.12)
    low, high = found["nature_slope_interval"].to_numpy()
    assert high - low < 0.3


def test_without_gaps_a_window_gives_its_tapered_periodogram():
    field = rough(0.5, 4)[:64, :64]
    taper = np.sin(np.pi * (np.arange(32) + 0.5) / 32) ** 2
    weight = np.outer(taper, taper)
    cuts = [field[r : r + 32, c : c + 32] for r in (0, 16, 32) for c in (0, 16, 32)]
    power = np.mean([np.abs(np.fft.fft2(weight * cut)) ** 2 for cut in cuts], axis=0)
    full = np.hypot(np.fft.fftfreq(32)[:, None], np.fft.fftfreq(32)[None])
    radius = np.round(full * 32).astype(int)
    found = ring_spectra(field[None])
    for ring in (2, 5, 7):
        place = np.flatnonzero(np.isclose(found.wavenumber, ring / 32))[0]
        expected = power[radius == ring].mean() / (weight**2).sum()
        assert found.power[0, place] == pytest.approx(expected, rel=1e-3)


def test_transfer_and_coherence_follow_the_wavenumber():
    guide, other = 0.1 * rough(0.5, 6), rough(0.5, 7)
    k = waves(SIZE)
    steep = -20 * np.exp(-((k / 0.2) ** 2))
    lst = 300 + np.fft.irfft2(np.fft.rfft2(guide) * steep)
    found = pair_spectrum(lst, guide, pixel=PIXEL)
    wavenumber = found["wavenumber"].to_numpy() * PIXEL
    held = (wavenumber > 0.02) & (wavenumber < 0.25)
    expected = -20 * np.exp(-((wavenumber / 0.2) ** 2))
    np.testing.assert_allclose(found["transfer"][held], expected[held], atol=0.6)
    half = pair_spectrum(other + 10 * guide, guide, pixel=PIXEL)
    np.testing.assert_allclose(half["ring_coherence"][held], 0.5, atol=0.12)


def test_intervals_of_the_spectral_slope_hold_the_truth():
    held = 0
    for seed in range(12):
        found = field_spectrum(rough(0.5, 100 + seed)[:256, :256], pixel=1.0)
        low, high = found["spectral_slope_interval"].to_numpy()
        held += low - 0.03 <= -3.0 <= high + 0.03
    assert held >= 9


def test_power_law_and_noise_are_told_apart_without_scatter():
    k = np.arange(8, 257) / 512
    left = ring_mean(gaussian_transfer(0.3, 1.0), k)
    law = separate(k, 5.0 * left * k**-2.4 + 40.0, left, np.zeros(k.shape))
    assert (law.slope, law.level, law.noise) == pytest.approx((-2.4, 5.0, 40.0), rel=0.01)
    assert fit_power_law(k, k**-3.0, (0.02, 0.25)) == pytest.approx(-3.0)


def test_field_without_values_has_a_spectrum_of_none():
    found = field_spectrum(np.full((64, 64), np.nan), pixel=1.0)
    assert found.sizes["wavenumber"] == 0
    assert np.isnan(found["spectral_slope"])
    assert structure_functions(np.full((64, 64), np.nan), pixel=1.0)["exponent"].isnull().all()
