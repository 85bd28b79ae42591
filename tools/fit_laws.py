"""Fit the scaling laws that lstsr-physics ships, and judge every form on places left out.

python tools/fit_laws.py --data DIR [-o docs/science] [--write]
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np

from lstsr_data.modis_aster import open_database
from lstsr_data.thermal_fine import open_fine_fields
from lstsr_physics import law as rooms
from lstsr_physics.degrade import View, degrade
from lstsr_physics.law.displacement import MODIS_GRID, shown_shift
from lstsr_physics.law.evidence import Evidence, gather
from lstsr_physics.law.fit import fit_law
from lstsr_physics.law.forms import FORMS, judge_form
from lstsr_physics.law.law import Displacement, Law, write_law
from lstsr_runtime.bench.accuracy import split_scenes
from lstsr_runtime.bench.protocol import lay_truth

COARSE, FINE = 960.0, 240.0
"""Pixels that fine fields are degraded to, about those of MODIS. [m]"""
NOISE = 0.2
"""Noise of a coarse temperature: detector and retrieval together, a fair sensor. [K]"""
MODIS_PIXEL = 926.625
"""Pixel of MODIS land products. [m]"""


def main() -> None:
    """Fit both laws, print and write tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/science"))
    parser.add_argument("--write", action="store_true", help="replace the shipped laws")
    options = parser.parse_args()
    room = Path(rooms.__file__).parent if options.write else options.output
    rows = []
    for name, study in (("modis", study_modis), ("general", study_fine)):
        evidence, prior = study(options.data)
        write_law(fit_law(evidence, prior), room / f"{name}.json")
        rows += compare_forms(name, evidence)
    options.output.mkdir(parents=True, exist_ok=True)
    with (options.output / "law-forms.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def study_modis(data: Path) -> tuple[list[Evidence], Law]:
    """Compare MODIS with ASTER, both laid as the registered protocol has it."""
    database = open_database(data)
    table = {placed.scene: placed.place for placed in split_scenes(database)}
    scenes = {name: opened().load() for name, opened in database.items()}
    shifts = np.array([[s.dx, s.dy] for scene in scenes.values() if (s := shown_shift(scene))])
    right, down = (round(float(v)) for v in shifts.mean(axis=0) * MODIS_PIXEL / 4)
    prior = Law(
        coarse_pixel=MODIS_PIXEL,
        octaves=(),
        restoration={},
        displacement={MODIS_GRID: Displacement(right=right, down=down)},
        provenance=provenance("MODIS-ASTER, doi:10.48550/arXiv.2502.01204", table),
    )
    evidence = []
    for name, scene in scenes.items():
        scene.name = name
        evidence.append(gather(scene, lay_truth(scene).lst, place=table[name], prior=prior))
    return evidence, prior


def study_fine(data: Path, noise: float = NOISE) -> tuple[list[Evidence], Law]:
    """Degrade fine thermal fields by a Gaussian footprint, with noise, and recover them."""
    evidence, places = [], {}
    prior = Law(coarse_pixel=COARSE, octaves=(), restoration={})
    still = replace(prior, displacement={"*": Displacement(spread=0.0)})
    for seed, (name, opened) in enumerate(open_fine_fields(data).items()):
        native = opened()
        if len(native.data_vars) < 2:  # noqa: PLR2004  a temperature, and a guide
            continue
        pixel = native.attrs["pixel"]
        fine = round(FINE / pixel)
        view = View(coarse=fine * round(COARSE / FINE), fine=fine, noise=noise, seed=seed)
        scene = degrade(native, view)
        scene.name, places[name] = name, native.attrs["place"]
        truth = scene["reference"]["lst"].to_numpy().astype(float)
        evidence.append(gather(scene, truth, place=places[name], prior=still))
    made = provenance("fine thermal fields (Landsat, ECOSTRESS), degraded", places)
    return evidence, replace(prior, provenance=made | {"noise": noise})


def provenance(data: str, places: dict[str, str]) -> dict[str, object]:
    """Say what a law was fitted on."""
    return {
        "data": data,
        "scenes": sorted(places),
        "places": len(set(places.values())),
        "fitted": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "command": "python tools/fit_laws.py --data DIR --write",
    }


def compare_forms(law: str, evidence: list[Evidence]) -> list[dict[str, object]]:
    """Judge every form place by place, on places that it was not fitted on."""
    rows: list[dict[str, object]] = []
    place = {one.scene: one.place for one in evidence}
    for form in FORMS:
        ratios = judge_form(form, evidence)
        for name in ("all", *sorted(set(place.values()))):
            there = [r for scene, r in ratios.items() if name in ("all", place[scene])]
            ratio = f"{np.mean(there):.4f}"
            rows.append({"law": law, "form": form.name, "place": name, "error_ratio": ratio})
    return rows


if __name__ == "__main__":
    main()
