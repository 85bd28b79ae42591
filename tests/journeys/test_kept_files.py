"""What earlier releases wrote is read by this one: scenes, bundles and laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lstsr_core import factor_of, read_scene
from lstsr_core.testing import make_scene
from lstsr_physics.law.law import read_law
from lstsr_runtime import sharpen
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import read_bundle

KEPT = sorted((Path(__file__).parent / "kept").iterdir())
"""A folder for each release, of what it wrote; none of it is ever changed."""
EXACT = 1e-4
"""How near the temperatures of a kept scene have to be to the simulation. [K]"""


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def kept(request):
    """Folder of what one release wrote."""
    return request.param


def test_a_kept_scene_is_read_as_it_was_made(kept):
    scene, made = read_scene(kept / "scene.nc"), make_scene(shape=(6, 5), gaps=0.1)
    assert factor_of(scene) == 4
    for place in ("coarse/lst", "guide/ndvi", "reference/lst"):
        np.testing.assert_allclose(scene[place].to_numpy(), made[place].to_numpy(), atol=EXACT)
    assert scene["coarse/lst"].attrs["units"] == "K"


def test_a_kept_law_is_read_and_sharpens(kept):
    assert read_law(kept / "law.json").octaves
    result = sharpen(make_scene(), "scaling-law", settings={"law": str(kept / "law.json")})
    assert np.isfinite(result["lst"]).all()


def test_a_kept_bundle_is_read_passes_its_own_test_and_sharpens(kept):
    contract = read_bundle(kept / "bundle").contract
    result = sharpen(make_scene(), make_model(kept / "bundle", contract))
    assert np.isfinite(result["lst"]).all()
    assert result.attrs["model"] == contract.name
