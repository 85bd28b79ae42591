from __future__ import annotations

import json

import click
import numpy as np
import pytest
import rasterio
import xarray as xr
from click.testing import CliRunner
from rasterio.transform import from_origin

from lstsr_core import LstsrError, write_scene
from lstsr_core.testing import make_scene
from lstsr_physics.scaling.analysis import Layer, analyse
from lstsr_physics.scaling.command import scaling
from lstsr_physics.scaling.reading import lay, read_inputs
from lstsr_physics.scaling.response import gaussian_transfer

SLOPE = -15.0
SIZE = 96


def save(path, values, pixel=250.0, scale=1.0, corner=(3e5, 5e6)):
    height, width = values.shape
    options = {"driver": "GTiff", "height": height, "width": width, "count": 1, "crs": "EPSG:32632"}
    place = from_origin(*corner, pixel, pixel)
    kind = "float32" if scale == 1.0 else "int32"
    with rasterio.open(path, "w", dtype=kind, transform=place, nodata=-9999, **options) as file:
        counts = np.where(np.isnan(values), -9999, values / scale)
        file.write(counts.astype(kind), 1)
        file.scales = (scale,)
    return path


@pytest.fixture
def rasters(tmp_path):
    generator = np.random.default_rng(1)
    ndvi = generator.uniform(0.2, 0.8, (SIZE, SIZE))
    lst = 310 + SLOPE * ndvi
    lst[:10, :10] = np.nan
    return save(tmp_path / "lst.tif", lst), save(tmp_path / "ndvi.tif", ndvi)


def run(*words):
    return CliRunner().invoke(scaling, [*map(str, words)], catch_exceptions=False)


def test_files_are_analysed_without_naming_the_subcommand(rasters, tmp_path):
    done = run(*rasters, "-o", tmp_path / "out")
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "out" / "scaling.json").read_text())
    pair = told["pairs"]["ndvi"]["all"]
    assert pair["slope"][0] == pytest.approx(SLOPE, abs=1e-3)
    assert pair["block"][:2] == [250.0, 500.0]
    assert told["sources"]["ndvi"] == str(rasters[1])
    tree = xr.open_datatree(tmp_path / "out" / "scaling.nc", engine="h5netcdf")
    assert tree["fields/lst"]["exponent"].sizes == {"region": 1, "order": 4}
    tree.close()
    pictures = {path.stem for path in (tmp_path / "out").glob("*.png")}
    assert pictures == {"structure", "spectra", "octaves-ndvi"}


def test_a_subcommand_stands_beside_the_files():
    group = type(scaling)("scaling", commands=dict(scaling.commands))
    group.add_command(click.Command("fit", callback=lambda: click.echo("fitted")))
    assert CliRunner().invoke(group, ["fit"]).output == "fitted\n"
    assert "FILES" in CliRunner().invoke(group, ["analyse", "--help"]).output
    assert "fit" in CliRunner().invoke(group, ["--help"]).output


def test_windows_and_classes_are_analysed_by_themselves(rasters, tmp_path):
    cover = np.repeat([[1.0, 2.0]], SIZE, axis=0).repeat(SIZE // 2, axis=1)
    classes = save(tmp_path / "cover.tif", cover)
    out = tmp_path / "out"
    assert run(*rasters, "--windows", 2, "--classes", classes, "-o", out).exit_code == 0
    regions = json.loads((out / "scaling.json").read_text())["pairs"]["ndvi"]
    assert {"all", "window 0,1", "class 1", "class 2"} < set(regions)
    for one in regions.values():
        assert one["slope"][0] == pytest.approx(SLOPE, abs=1e-3)
    assert (out / "regions-ndvi.png").exists()


def test_scene_is_analysed_with_its_guides_averaged(tmp_path):
    scene = write_scene(make_scene(shape=(64, 64), slope=SLOPE), tmp_path / "scene.nc")
    inputs = read_inputs(scene, {})
    assert inputs.laid["ndvi"].shape == inputs.lst.values.shape
    assert inputs.guides[0].pixel == pytest.approx(inputs.lst.pixel / 4)
    assert run(scene, "-o", tmp_path / "out").exit_code == 0


def test_guide_on_another_grid_is_laid_by_its_geotransform(rasters, tmp_path):
    values, box = read_inputs(rasters[0], {}).lst.values, read_inputs(rasters[0], {}).box
    beside = np.pad(values, 5, constant_values=np.nan)
    path = save(tmp_path / "beside.tif", beside, corner=(3e5 - 1250, 5e6 + 1250))
    np.testing.assert_allclose(read_inputs(rasters[0], {"x": path}).laid["x"], values, atol=1e-4)
    assert lay(values, box, box) is values


def test_scaled_counts_are_read_as_kelvin(tmp_path):
    path = save(tmp_path / "counts.tif", np.full((SIZE, SIZE), 300.0), scale=0.02)
    np.testing.assert_allclose(read_inputs(path, {}).lst.values, 300.0, atol=0.02)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("celsius.tif",), "SCALE_SUSPECT"),
        (("nowhere.tif",), "FILE_MISSING"),
        (("lst.tif", "--footprint", "lst=avhrr"), "UNKNOWN_NAME"),
        (("lst.tif", "--footprint", "lst=1.5"), "OPTION_INVALID"),
        (("small.tif",), "NO_VALID_PIXELS"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(rasters, tmp_path, words, code):
    save(tmp_path / "celsius.tif", np.full((SIZE, SIZE), 20.0))
    save(tmp_path / "small.tif", np.full((8, 8), 300.0))
    first, *rest = words
    with pytest.raises(LstsrError, match=code):
        run(tmp_path / first, *rest, "-o", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(rasters, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(LstsrError, match="OUTPUT_NOT_EMPTY"):
        run(*rasters, "-o", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_slope_that_footprints_bent_is_bent_back():
    """Nature is four times finer than the pixels, so that what lies between them folds in."""
    size, step = 1024, 4
    rows, columns = np.fft.fftfreq(size)[:, None] * step, np.fft.rfftfreq(size)[None] * step
    k = np.hypot(rows, columns)
    k[0, 0] = np.inf
    generator = np.random.default_rng(3)
    guide = np.fft.rfft2(generator.standard_normal((size, size))) * k**-1.5
    left = gaussian_transfer(0.3, 1.0), gaussian_transfer(0.6, 1.0)
    fields = [np.fft.irfft2(guide * one(columns, rows))[::step, ::step] for one in left]
    lst, ndvi = SLOPE * fields[0] / fields[1].std() + 300, fields[1] / fields[1].std()
    layers = [
        Layer(name=name, values=values.astype(np.float32), pixel=1.0, transfer=transfer)
        for name, values, transfer in zip(("lst", "ndvi"), (lst, ndvi), left, strict=True)
    ]
    pair = analyse(layers[0], layers[1:])["pairs/ndvi"].to_dataset().sel(region="all")
    assert float(pair["slope"][0]) > 0.9 * SLOPE
    np.testing.assert_allclose(pair["nature_slope"][:5], SLOPE, rtol=0.06)
