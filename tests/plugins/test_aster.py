"""ASTER counts become kelvin and reflectances where the quality plane calls them good."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from lstsr_aster.plugin import lstsr_sensors
from lstsr_core import SceneError
from lstsr_core.testing import check_sensor

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
PLANE = np.arange(256, dtype=np.uint8).reshape(16, 16)


def product(fields, shape=(1, 1)):
    return xr.Dataset({name: (("y", "x"), np.broadcast_to(v, shape)) for name, v in fields.items()})


@pytest.mark.parametrize(
    ("band", "plane"), [("SKT", "SKT_QA_DataPlane"), ("KineticTemperature", "QA_DataPlane")]
)
def test_only_what_the_plane_calls_good_is_given(band, plane):
    raw = product({band: np.uint16(3001), plane: PLANE}, PLANE.shape)
    decoded = check_sensor(SENSORS["aster"], raw)
    for layer in ("lst", "lst_uncertainty"):
        np.testing.assert_array_equal(np.isfinite(decoded[layer]), PLANE == 0)
    assert decoded["lst"][0, 0].item() == pytest.approx(300.1)
    assert decoded["lst_uncertainty"][0, 0].item() == 1.5
    np.testing.assert_array_equal(decoded["quality"], PLANE)


@pytest.mark.parametrize("count", [0, 1499, 13108])
def test_fill_and_what_no_land_has_is_nothing(count):
    decoded = SENSORS["aster"].decode(product({"SKT": np.uint16(count)}))
    assert np.isnan(decoded["lst"].item())
    assert np.isnan(decoded["lst_uncertainty"].item())


def test_counts_alone_say_that_their_clouds_are_not_masked():
    decoded = check_sensor(SENSORS["aster"], product({"band_1": np.float32(2950.0)}))
    assert decoded["lst"].item() == pytest.approx(295.0)
    assert "not masked" in decoded["lst"].attrs["comment"]


def reflectances(**more):
    bands = {"SRF_VNIR_B01": 120, "SRF_VNIR_B02": 100, "SRF_VNIR_B03N": 300}
    return product({**{k: np.int16(v) for k, v in bands.items()}, **more}, PLANE.shape)


def test_reflectances_and_indices_are_those_of_the_formulas():
    decoded = check_sensor(SENSORS["aster-reflectance"], reflectances(SRF_VNIR_QA_DataPlane=PLANE))
    wanted = {"green": 0.12, "red": 0.1, "nir": 0.3, "ndvi": 0.5, "ndwi": -180 / 420}
    assert set(decoded) == wanted.keys()
    for name, value in wanted.items():
        assert decoded[name][0, 0].item() == pytest.approx(value, rel=1e-5), name
        np.testing.assert_array_equal(np.isfinite(decoded[name]), PLANE == 0)


def test_reflectances_without_a_plane_say_so():
    decoded = SENSORS["aster-reflectance"].decode(reflectances())
    assert all("not masked" in values.attrs["comment"] for values in decoded.data_vars.values())


@pytest.mark.parametrize("name", SENSORS)
def test_a_product_without_its_bands_is_refused(name):
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        SENSORS[name].decode(product({"TIR_Band10": np.uint16(1)}))


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_aster.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
