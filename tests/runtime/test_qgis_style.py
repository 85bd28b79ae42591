"""The styles beside the layers are XML whose colours span what the layers hold."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from lstsr_core import Quality
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen, write_run
from lstsr_runtime.folder import OURS


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    scene = make_scene(shape=(20, 20), gaps=0.1)
    result = sharpen(scene, "plain").compute()
    return result, write_run(result, scene, tmp_path_factory.mktemp("styled") / "run")


def style(folder, name):
    return ET.parse(folder / f"{name}.qml").getroot().find("pipe/rasterrenderer")


def test_colours_of_temperature_rise_over_most_of_the_pixels(finished):
    result, folder = finished
    values = [float(item.get("value")) for item in style(folder, "lst").iter("item")]
    assert values == sorted(values)
    lst = result["lst"].to_numpy()
    inside = (lst >= values[0]) & (lst <= values[-1])
    assert inside.sum() > 0.9 * np.isfinite(lst).sum()
    assert values[0] >= np.nanmin(lst) - 0.01
    assert values[-1] <= np.nanmax(lst) + 0.01


def test_one_uncertainty_everywhere_is_one_colour_and_no_error(finished):
    _, folder = finished
    values = {item.get("value") for item in style(folder, "lst_uncertainty").iter("item")}
    assert values == {"1"}


def test_every_quality_that_occurs_has_a_colour_and_words(finished):
    result, folder = finished
    entries = {int(e.get("value")): e for e in style(folder, "quality").iter("paletteEntry")}
    assert set(np.unique(result["quality"]).tolist()) <= entries.keys()
    assert entries[int(Quality.MISSING)].get("label") == "missing"
    grave = int(Quality.MEASURED | Quality.NO_GUIDE | Quality.UNPHYSICAL)
    assert entries[grave].get("label") == "no guide, unphysical"
    assert entries[grave].get("color") == entries[int(Quality.MEASURED | 16)].get("color")
    assert len(entries) == 17


def test_a_run_folder_knows_its_styles_as_its_own(finished):
    _, folder = finished
    assert {path.name for path in folder.glob("*.qml")} <= OURS
