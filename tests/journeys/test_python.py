"""The same from Python: `import lstsr` and the accessor of scenes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

import lstsr
from lstsr_core.testing import make_scene


def test_importing_the_face_imports_nothing_heavy():
    heavy = "{'xarray', 'rasterio', 'dask', 'matplotlib', 'pandas'}"
    probe = f"import sys, lstsr; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


@pytest.mark.parametrize("first", ["import lstsr, xarray; lstsr.sharpen", "import xarray, lstsr"])
def test_accessor_is_there_in_either_order_of_imports(first):
    probe = f"{first}; assert hasattr(xarray.DataTree, 'lst')"
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_every_public_name_is_there():
    assert all(getattr(lstsr, name) is not None for name in lstsr.__all__)
    assert set(lstsr.__all__) <= set(dir(lstsr))
    with pytest.raises(AttributeError, match="nonsense"):
        _ = lstsr.nonsense


def test_rasters_are_opened_sharpened_and_written(inputs, tmp_path):
    inputs.write()
    scene = lstsr.open_scene(inputs.lst_path, {"ndvi": inputs.ndvi_path})
    result = lstsr.sharpen(scene, model="tsharp")
    folder = lstsr.write_run(result, scene, tmp_path / "out")
    assert (folder / "lst.tif").is_file()
    assert float(np.abs(result["lst"] - inputs.truth).mean()) < 1


def test_accessor_sharpens_as_the_function_does():
    scene = make_scene(shape=(12, 16))
    for model in ("bicubic", "tsharp"):
        expected = lstsr.sharpen(scene, model=model)
        xr.testing.assert_identical(scene.lst.sharpen(model=model), expected)


def test_accessor_leaves_temperatures_what_they_are():
    scene = make_scene(shape=(12, 16))
    assert scene.coarse.lst.identical(scene["coarse"]["lst"])
    assert isinstance(scene.lst.sharpen().lst, xr.DataArray)


@pytest.mark.parametrize("shape", [(12, 16), (4, 300)])
def test_comparison_is_a_figure_of_four_maps(tmp_path, shape):
    scene = make_scene(shape=shape)
    figure = scene.lst.compare(scene.lst.sharpen(model="tsharp"))
    titles = [axes.get_title() for axes in figure.axes]
    assert {"coarse", "guide: ndvi", "sharpened (tsharp)"} < set(titles)
    assert "sharpened - coarse, interpolated" in titles
    figure.savefig(tmp_path / "compare.png")
    assert (tmp_path / "compare.png").stat().st_size > 10_000
