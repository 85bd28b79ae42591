"""The tables of scores that the results page knows, and how each is made."""

from __future__ import annotations

from typing import Final, NamedTuple


class Section(NamedTuple):
    """How one table is headed and made, and which scores are shown."""

    protocol: str
    title: str
    words: str
    command: str
    scores: tuple[str, ...]


TRUTH: Final = (
    *("ubrmse", "bias", "correlation", "detail_skill", "spectral_error", "gradient_error"),
    *("ssim", "consistency", "coverage_90", "crps", "seconds"),
)
"""Scores of the registered protocol that are shown."""
PRINT: Final = (
    *("rmse", "ubrmse", "bias", "psnr", "ssim", "rmse_low", "rmse_mid", "rmse_high"),
    *("gssim", "rmse_grad", "frr", "fro", "fru", "rmse_att"),
)
"""Scores of the published protocol that are shown."""
SECTIONS: Final = {
    "registered": Section(
        "registered",
        "Registered: MODIS sharpened, against ASTER of the same overpass",
        "ASTER lies on the grid of the scene, its displacement undone; 8 fine pixels are left out "
        "at the border; each scene's mean difference is removed. Rank by this table.",
        "lstsr bench accuracy --data DIR -o OUT",
        TRUTH,
    ),
    "networks": Section(
        "registered",
        "Networks, each scored at places that it never saw",
        "Registered as above. A network is trained five times, each time without the places of one "
        "fold, and scored there; so are the scaling law and the calibration of both. `texture` "
        "names the option that puts back the energy of nature at a cost in error.",
        "python tools/cross_train.py RECIPE --data DIR --scenes SCENES -o WORK",
        TRUTH,
    ),
    "wald": Section(
        "wald",
        "Wald: fine scenes degraded to 1 km and recovered",
        "Landsat, ECOSTRESS and ASTER, seen through a Gaussian footprint (modulation 0.1 at the "
        "coarse Nyquist frequency, of T^4), against their own block means at about 250 m.",
        "lstsr bench accuracy --data DIR --protocol wald -o OUT",
        TRUTH,
    ),
    "p0": Section(
        "p0",
        "P0: the published protocol, for comparison with print",
        "Guide laid by array index, inscribed rectangle in UTM, mean difference kept. Its scores "
        "reward what should not be rewarded (energy in frr, a range with the result inside in "
        "psnr and ssim): never rank by it.",
        "lstsr bench accuracy --data DIR --protocol p0 -o OUT",
        PRINT,
    ),
    "p0-quirks": Section(
        "p0",
        "P0 with the published codes' peculiarities",
        "The same with the power mean of NDVI, residuals pasted as blocks and bare borders.",
        "lstsr bench accuracy --data DIR --protocol p0 --reference-quirks -o OUT",
        PRINT,
    ),
    "registered-utm": Section(
        "registered-utm",
        "The rectangle of P0, registered",
        "Guide and ASTER where they belong, in the rectangle of P0.",
        "lstsr bench accuracy --data DIR --protocol registered-utm -o OUT",
        PRINT,
    ),
    "registered-utm-quirks": Section(
        "registered-utm",
        "The rectangle of P0, registered, with the published codes' peculiarities",
        "As before, with the power mean of NDVI, residuals pasted as blocks and bare borders.",
        "lstsr bench accuracy --data DIR --protocol registered-utm --reference-quirks -o OUT",
        PRINT,
    ),
}
"""Tables that are known, by the names of their files, in the order of the page."""
