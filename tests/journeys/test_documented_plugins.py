"""A sensor, a model and a correction written from the documentation of core are used by name."""

from __future__ import annotations

import numpy as np
import pytest
import yaml

SCALE, OFFSET = 0.00341802, 149.0
"""Kelvin per count and kelvin of count 0, as in the sensor of the documentation. [K]"""
BIAS = 0.4
"""What the correction of the documentation subtracts. [K]"""


@pytest.fixture
def counts(inputs):
    """Write the scene as counts of the sensor of the documentation, with a hole."""
    known = np.round((inputs.lst.values - OFFSET) / SCALE).astype(np.uint16)
    known[3, 4] = 0
    inputs.lst.with_values(known).write(inputs.lst_path)
    inputs.ndvi.write(inputs.ndvi_path)
    return inputs


@pytest.fixture
def sharpen(lstsr, installed, counts, tmp_path):
    """Sharpen the counts with the plugins of the documentation installed."""

    def run(name, *words):
        out = tmp_path / name
        done = lstsr(*counts.words, *words, "-o", out, env={"PYTHONPATH": str(installed)})
        assert done.returncode == 0, done.stderr
        return out

    return run


def test_sensor_model_and_correction_of_the_documentation_are_used(sharpen, read, counts):
    words = ("--sensor", "landsat-st", "--model", "contrast")
    plain = sharpen("plain", *words)
    corrected = sharpen("corrected", *words, "--correction", "station-bias")

    lst = read(plain, "lst")
    hole = np.s_[12:16, 16:20]
    assert np.isnan(lst[hole]).all()
    means = lst.reshape(20, 4, 30, 4).mean(axis=(1, 3))
    measured = np.isfinite(means)
    assert measured.sum() == 20 * 30 - 1
    # The model keeps the mean of every coarse pixel, so the counts must come back as kelvin.
    np.testing.assert_allclose(means[measured], counts.lst.values[measured], atol=SCALE)
    assert np.nanstd(lst) > np.nanstd(counts.lst.values)

    np.testing.assert_allclose(read(corrected, "lst"), lst - BIAS, atol=1e-3)
    wider = read(corrected, "lst_uncertainty") > read(plain, "lst_uncertainty")
    assert wider[np.isfinite(lst)].all()


def test_the_run_says_which_plugins_it_was(sharpen):
    words = ("--sensor", "landsat-st", "--model", "contrast", "--correction", "station-bias")
    run = yaml.safe_load((sharpen("out", *words) / "run.yaml").read_text(encoding="utf-8"))
    assert {"landsat-st", "contrast", "station-bias"} <= set(flatten(run))


def flatten(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [leaf for item in value for leaf in flatten(item)]
    return [value]


@pytest.mark.fault(36)
def test_a_broken_plugin_does_not_stop_the_work(lstsr, installed, inputs, tmp_path):
    inputs.write()
    info = tmp_path / "shaky-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shaky\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[lstsr]\nshaky = shaky\n")
    (tmp_path / "shaky.py").write_text("raise SystemExit('I quit')\n")
    env = {"PYTHONPATH": str(tmp_path), "LSTSR_STRICT_PLUGINS": "0"}
    done = lstsr(*inputs.words, "-o", tmp_path / "out", env=env)
    assert done.returncode == 0, done.stderr
    assert "plugin shaky left out: import failed: SystemExit: I quit" in done.stderr
    assert (tmp_path / "out" / "lst.tif").is_file()
