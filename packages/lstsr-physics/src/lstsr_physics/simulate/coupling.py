"""Temperature that follows NDVI by a chosen gain and coherence at each wavelength."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lstsr_physics.simulate.bands import Bands, power, ratio, wavenumbers
from lstsr_physics.simulate.settings import check

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_physics.simulate.settings import Array, Coupling, Curve


def follow(
    ndvi: NDArray[np.float32], free: NDArray[np.float32], coupling: Coupling, pixel: float
) -> NDArray[np.float32]:
    r"""Give the temperature about its mean that follows NDVI as much as was chosen.

    At each wavenumber :math:`T = g N + E`. The free field is made into :math:`E` band by band,
    in the sample itself and not only on average: what of it follows NDVI is taken out, and the
    rest gets the power :math:`g^2 S_{NN} (1 - c) / c`. So the slope of temperature on NDVI is
    :math:`g`, the coherence is :math:`c`, and the spectrum is :math:`g^2 S_{NN} / c`.

    Parameters
    ----------
    ndvi : array, shape (h, w)
        Taken as periodic, without gaps. [1]
    free : array, shape (h, w)
        Where the part that NDVI does not explain has its shapes from; any units.
    coupling : Coupling
        Gain g [K] and coherence c [1] at each wavelength.
    pixel : float
        Edge of a pixel. [m]

    Returns
    -------
    array, shape (h, w)
        [K]

    Raises
    ------
    SceneError
        ``OPTION_INVALID`` where a coherence is not more than 0 and at most 1.
    """
    shape = (ndvi.shape[0], ndvi.shape[1])
    wavelength = pixel / wavenumbers(shape)
    coherence = _checked(at(coupling.coherence, wavelength))
    bands, guide, rest = Bands(shape), np.fft.rfft2(ndvi), np.fft.rfft2(free)
    shared = bands.sum(guide.real * rest.real + guide.imag * rest.imag)
    rest -= ratio(shared, bands.sum(power(guide)))[bands.of_mode] * guide
    guide *= at(coupling.gain, wavelength)
    wanted = bands.sum(power(guide) * (1 / coherence - 1))
    rest *= np.sqrt(ratio(wanted, bands.sum(power(rest))))[bands.of_mode]
    rest += guide
    rest[0, 0] = 0
    return np.asarray(np.fft.irfft2(rest, s=shape), np.float32)


def at(curve: Curve, wavelength: Array) -> NDArray[np.float32]:
    """Give the values of a curve at wavelengths. [m]"""
    if callable(curve):
        return np.asarray(curve(wavelength), np.float32)
    places, values = curve
    return np.interp(np.log(wavelength), np.log(places), values).astype(np.float32)


def _checked(coherence: NDArray[np.float32]) -> NDArray[np.float32]:
    check("coherence", float(coherence.min()), least=float(np.finfo(np.float32).tiny), most=1)
    check("coherence", float(coherence.max()), most=1)
    return coherence
