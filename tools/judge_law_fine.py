"""Score the general law on each landscape of the fine thermal scenes, fitted on the others.

python tools/judge_law_fine.py --data DIR -o docs/science/law-landscapes.csv

Laws are fitted with noise, as shipped, and scored on coarse temperatures without and with it.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from fit_laws import NOISE, study_fine

from lstsr_physics.law.fit import error_of, fit_gains
from lstsr_physics.law.forms import FORMS

if TYPE_CHECKING:
    from lstsr_physics.law.evidence import Evidence


def main() -> None:
    """Write a row a landscape and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    noisy, prior = study_fine(options.data)
    rows = []
    for noise, evidence in ((0.0, study_fine(options.data, 0.0)[0]), (NOISE, noisy)):
        for place in sorted({one.place for one in evidence}):
            law = fit_gains([one for one in noisy if one.place != place], prior)
            there = [one for one in evidence if one.place == place]
            ratio = np.mean([error_of(one, law) / np.sqrt(one.variance) for one in there])
            without = np.mean([invariant(one) for one in there])
            row = {"place": place, "noise": noise, "scenes": len(there)}
            rows.append({**row, "invariant": f"{without:.4f}", "law": f"{ratio:.4f}"})
            print(*rows[-1].values())
    with options.output.open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def invariant(one: Evidence) -> float:
    """Give the error of the coarse slope at every scale over that of interpolation."""
    (form,) = (form for form in FORMS if form.name == "invariant")
    c = form.coefficients(np.zeros(0), one.terms, 0.0)
    return float(np.sqrt((one.variance - 2 * c @ one.right + c @ one.normal @ c) / one.variance))


if __name__ == "__main__":
    main()
