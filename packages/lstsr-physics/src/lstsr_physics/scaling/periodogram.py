"""Spectra of fields with gaps, an octave of wavenumbers at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

SMALLEST: Final = 16
"""Edge of the windows that the finest octave is measured in. [pixel]"""
LARGEST: Final = 512
"""Edge of the largest windows. [pixel]"""
FIRST_RING: Final = 4
"""Waves across a window from which its spectrum is used, up to twice as many: the taper leaks
fewer into more. [1]"""
MOST_PIXELS: Final = 2**22
"""Pixels of the windows of one size together at most, spread evenly over the field. [pixel]"""
LEAST_MEASURED: Final = 0.25
"""Share of a window that has to be measured. [1]"""
LEAST_PAIRS: Final = 1e-7
"""Weight of the pairs at a lag, over that at none, below which the lag counts as unseen. [1]"""
TILES: Final = 8
"""Neighbourhoods along an edge of the field, into which windows are gathered. [1]"""


@dataclass(frozen=True, kw_only=True)
class Rings:
    """Spectra averaged over direction.

    Parameters
    ----------
    wavenumber : array, shape (rings,)
        Middle of each ring. [cycle per pixel]
    power : array, shape (pairs, rings)
        Spectral density of the pairs (a, a), (a, b), (b, b), ... of the fields; real part.
        [unit of a times unit of b times pixel^2]
    pulls : array, shape (neighbourhoods, pairs, rings)
        What each neighbourhood changes of `power`; they add up to 0. 0 where a neighbourhood has
        no windows of a size. Same units.
    """

    wavenumber: NDArray[np.float64]
    power: NDArray[np.float64]
    pulls: NDArray[np.float64]


def ring_spectra(fields: Field) -> Rings:
    """Give the spectra and cross-spectra of fields on one grid.

    Each window is tapered by h, its gaps weigh nothing (w = h m), and the products of increments
    ``(a - a')(b - b') / 2`` are averaged lag by lag over all windows with the weights ``w w'``:
    a gap takes pairs away and biases nothing. Their transform, times the correlation of h, is the
    periodogram that the field without gaps has on average. Windows shrink with the wavelength,
    so that no octave is disturbed by the power of much longer waves.

    Parameters
    ----------
    fields : array, shape (fields, h, w)
        NaN where any is missing.

    Returns
    -------
    Rings
        Without rings where the field is smaller than twice `SMALLEST`, or nowhere measured enough.

    References
    ----------
    .. [1] Marcotte, "Fast variogram computation with FFT", Computers & Geosciences, 1996,
       :doi:`10.1016/S0098-3004(96)00026-X`
    .. [2] Percival & Walden, "Spectral Analysis for Physical Applications", 1993, chapter 6,
       :doi:`10.1017/CBO9780511622762`
    """
    parts = [part for edge in _edges(fields.shape) if (part := _octave(fields, edge))]
    if not parts:
        pairs = len(fields) * (len(fields) + 1) // 2
        return Rings(
            wavenumber=np.zeros(0), power=np.zeros((pairs, 0)), pulls=np.zeros((1, pairs, 0))
        )
    return Rings(
        wavenumber=np.concatenate([part.wavenumber for part in parts]),
        power=np.concatenate([part.power for part in parts], axis=-1),
        pulls=np.concatenate([part.pulls for part in parts], axis=-1),
    )


def _edges(shape: tuple[int, ...]) -> list[int]:
    """Give edges of windows, the largest first; nine of them fit at least. [pixel]"""
    sizes = [LARGEST]
    while sizes[-1] > SMALLEST:
        sizes.append(sizes[-1] // 2)
    return [edge for edge in sizes if edge <= min(shape[1:]) // 2]


def _octave(fields: Field, edge: int) -> Rings | None:
    """Measure the rings that windows of one size are for; None where none is measured enough."""
    hann = np.sin(np.pi * (np.arange(edge) + 0.5) / edge) ** 2  # its transform ends at one wave
    taper = np.outer(hann, hann)
    sums = {tile: _spectral_sums(cuts, taper) for tile, cuts in _neighbourhoods(fields, edge)}
    if not sums:
        return None
    total = np.asarray(np.fft.irfft2(np.sum([*sums.values()], axis=0)))
    seen = np.asarray(total[-1] > LEAST_PAIRS * total[-1, 0, 0])
    products = _divided(total[:-1], total[-1], seen)
    whole = _correlation(taper)
    rings = _Ringed(edge=edge, first=2 if edge == _edges(fields.shape)[0] else FIRST_RING)
    power = rings.means(-products * whole)
    pulls = np.zeros((TILES**2, *power.shape))
    for tile, one in sums.items():
        lagged = np.fft.irfft2(one)
        change = _divided(lagged[:-1] - products * lagged[-1], total[-1], seen)
        pulls[tile] = rings.means(-change * whole)
    return Rings(wavenumber=rings.wavenumber, power=power, pulls=pulls)


def _neighbourhoods(fields: Field, edge: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Cut out windows, (windows, fields, edge, edge), gathered by where they lie."""
    sizes = fields.shape[1:]
    rows, columns = np.meshgrid(*(_starts(size, edge) for size in sizes), indexing="ij")
    places = np.stack((rows.ravel(), columns.ravel()), axis=1)
    most = max(1, MOST_PIXELS // edge**2)
    if len(places) > most:
        places = places[np.linspace(0, len(places) - 1, most).round().astype(int)]
    tile = (places + edge // 2) * TILES // np.array(sizes)
    number = tile[:, 0] * TILES + tile[:, 1]
    for which in np.unique(number):
        cuts = np.stack([_cut(fields, place, edge) for place in places[number == which]])
        measured = np.asarray(np.isfinite(cuts).all(axis=1))
        enough = measured.mean(axis=(1, 2)) >= LEAST_MEASURED
        if enough.any():
            yield int(which), np.where(measured[enough, None], cuts[enough], np.nan)


def _cut(fields: Field, place: NDArray[np.int64], edge: int) -> NDArray[np.float64]:
    row, column = place
    return fields[:, row : row + edge, column : column + edge].astype(np.float64)


def _starts(size: int, edge: int) -> NDArray[np.int64]:
    """Give places of windows that overlap by half at least."""
    count = int(np.ceil(2 * (size - edge) / edge)) + 1
    return np.linspace(0, size - edge, count).round().astype(np.int64)


def _spectral_sums(cuts: NDArray[np.float64], taper: NDArray[np.float64]) -> NDArray[np.float64]:
    """Transform what the windows add to every lag: each pair, and last the weights.

    ``sum w w' (a - a') (b - b') / 2 = sum (w a b) w' - sum (w a)(w b)'``, the even part: a shift
    between two fields is no cause for one to follow the other.
    """
    edge = taper.shape[0]
    batch = max(1, MOST_PIXELS // (16 * edge**2))
    parts = (cuts[start : start + batch] for start in range(0, len(cuts), batch))
    return np.asarray(np.sum([_batch_sums(part, taper) for part in parts], axis=0))


def _batch_sums(cuts: NDArray[np.float64], taper: NDArray[np.float64]) -> NDArray[np.float64]:
    weight = np.isfinite(cuts[:, 0]) * taper
    values = np.nan_to_num(cuts)
    level = (values * weight[:, None]).sum(axis=(2, 3)) / weight.sum(axis=(1, 2))[:, None]
    values -= level[..., None, None]
    shape = tuple(2 * size for size in taper.shape)
    fields = np.moveaxis(values, 1, 0)
    weights = np.fft.rfft2(weight, shape)
    waves = [np.fft.rfft2(weight * field, shape) for field in fields]
    pairs = [(a, b) for a in range(len(fields)) for b in range(a, len(fields))]
    sums = []
    for a, b in pairs:
        both = np.fft.rfft2(weight * fields[a] * fields[b], shape)
        sums.append((both * weights.conj() - waves[a] * waves[b].conj()).real.sum(axis=0))
    sums.append((np.abs(weights) ** 2).sum(axis=0))
    return np.array(sums)


def _correlation(taper: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlate a taper with itself at every lag; 1 at none."""
    shape = tuple(2 * size for size in taper.shape)
    correlation = np.fft.irfft2(np.abs(np.fft.rfft2(taper, shape)) ** 2)
    return np.asarray(correlation / correlation[0, 0])


def _divided(
    sums: NDArray[np.float64], weights: NDArray[np.float64], seen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    return np.divide(sums, weights, out=np.zeros_like(sums), where=seen)


@dataclass(frozen=True, kw_only=True)
class _Ringed:
    """Which wavenumbers of a window fall into which ring, from the first that is used."""

    edge: int
    first: int

    @property
    def last(self) -> int:
        """The first ring that is left to the next smaller windows, or that the grid lacks."""
        smallest = self.edge < 2 * SMALLEST
        return self.edge // 2 + 1 if smallest else 2 * FIRST_RING

    @property
    def wavenumber(self) -> NDArray[np.float64]:
        """Middle of each ring. [cycle per pixel]"""
        return np.arange(self.first, self.last) / self.edge

    def means(self, lagged: NDArray[np.float64]) -> NDArray[np.float64]:
        """Transform functions of the lag, (n, 2 edge, 2 edge), and average over each ring."""
        spectra = np.fft.rfft2(lagged).real[:, ::2, ::2]
        rows, columns = np.fft.fftfreq(self.edge), np.fft.rfftfreq(self.edge)
        radius = np.round(np.hypot(rows[:, None], columns[None]) * self.edge).astype(int)
        # Columns but the first and the last stand for two wavenumbers of the whole plane.
        twice = np.where((columns > 0) & (columns < 1 / 2), 2.0, 1.0) + 0 * rows[:, None]
        held = np.bincount(radius.ravel(), twice.ravel())
        sums = [np.bincount(radius.ravel(), (one * twice).ravel()) for one in spectra]
        return np.asarray((np.array(sums) / held)[:, self.first : self.last])
