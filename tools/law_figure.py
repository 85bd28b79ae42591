"""Draw the gains of the shipped laws over wavelength: `python tools/law_figure.py`."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

from lstsr_physics.law.bands import WAVELENGTH
from lstsr_physics.law.law import SHIPPED, shipped_law

FIGURE = Path(__file__).resolve().parent.parent / "docs" / "science" / "images" / "law-gains.png"
LABELS = {
    "general": "general: fine fields of Landsat and ECOSTRESS, degraded",
    "modis": "modis: MODIS against ASTER",
}


def main() -> None:
    """Draw both laws beside the line of scale invariance."""
    figure, axes = plt.subplots(figsize=(7.0, 4.8), layout="constrained")
    for name in SHIPPED:
        law = shipped_law(name)
        wavelengths = [octave.sigma * WAVELENGTH * law.coarse_pixel for octave in law.octaves]
        gains = [octave.gain for octave in law.octaves]
        errors = [octave.gain_error for octave in law.octaves]
        axes.errorbar(wavelengths, gains, yerr=errors, marker="o", capsize=3, label=LABELS[name])
    axes.axhline(1.0, color="0.5", linestyle="--", label="scale invariance")
    axes.set(
        xscale="log",
        xlabel="wavelength of the octave [m]",
        ylabel="gain [1]",
        title="Slope in an octave over the slope at the finest coarse octave",
    )
    axes.set_xticks([500, 1000, 2000, 4000], ["500", "1000", "2000", "4000"])
    axes.minorticks_off()
    figure.legend(loc="outside lower center", frameon=False)
    axes.set_ylim(-0.4, 1.6)
    figure.savefig(FIGURE, dpi=110)


if __name__ == "__main__":
    main()
