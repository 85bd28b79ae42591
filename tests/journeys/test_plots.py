"""Notebooks show pictures of a scene and of what came of it."""

from __future__ import annotations

import numpy as np
import pytest

import lstsr
from lstsr_core.testing import make_scene

PNG = b"\x89PNG"
SIGMA = 0.8
"""What the stand-in for a result states. [K]"""


@pytest.fixture(scope="module")
def scene():
    return make_scene(shape=(16, 16))


@pytest.fixture(scope="module")
def result(scene):
    return lstsr.sharpen(scene, "bicubic").compute()


@pytest.mark.parametrize("name", ["compare", "spectrum", "uncertainty"])
def test_a_notebook_shows_every_picture(scene, result, name):
    figure = getattr(scene.lst.plot, name)(result)
    assert figure._repr_png_().startswith(PNG)


def test_a_spectrum_of_the_truth_itself_lies_on_the_reference(scene, result):
    truth = result.assign(lst=result["lst"].copy(data=scene["reference/lst"].to_numpy()))
    [axes] = scene.lst.plot.spectrum(truth).axes
    drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
    np.testing.assert_allclose(drawn["sharpened"], drawn["reference"], rtol=1e-5)
    np.testing.assert_allclose(drawn["coarse"], drawn["reference"][2:], rtol=1e-3)


def test_without_a_reference_no_error_is_drawn(scene, result):
    bare = scene.copy()
    del bare["reference"]
    assert (
        len(bare.lst.plot.uncertainty(result).axes)
        == len(scene.lst.plot.uncertainty(result).axes) - 1
    )
    assert {line.get_label() for line in bare.lst.plot.spectrum(result).axes[0].lines} >= {
        "coarse",
        "sharpened",
    }


def test_an_uncertainty_that_is_right_fills_the_normal_distribution(scene, result):
    truth = scene["reference/lst"].to_numpy()
    noise = np.random.default_rng(0).normal(0, SIGMA, truth.shape)
    known = result.assign(
        lst=result["lst"].copy(data=(truth + noise).astype(np.float32)),
        lst_uncertainty=result["lst"].copy(data=np.full(truth.shape, SIGMA, np.float32)),
    )
    errors = scene.lst.plot.uncertainty(known).axes[2]
    heights = np.array([bar.get_height() for bar in errors.patches])
    middles = np.array([bar.get_x() + bar.get_width() / 2 for bar in errors.patches])
    normal = np.exp(-(middles**2) / 2) / np.sqrt(2 * np.pi)
    assert np.abs(heights - normal).max() < 0.06


def unread(scene):
    """Give the scene with arrays that must not be read."""
    import dask.array as da

    def refuse(block):
        raise AssertionError("it was computed")

    def lazy(node):
        arrays = {
            name: (
                values.dims,
                da.from_array(values.to_numpy()).map_blocks(refuse, meta=values.to_numpy()),
            )
            for name, values in node.data_vars.items()
        }
        return node.assign(arrays)

    return scene.map_over_datasets(lazy)


def test_a_scene_tells_in_a_short_table_what_it_holds_and_computes_nothing(scene):
    accessor = unread(scene).lst
    assert isinstance(accessor, lstsr.accessor.SceneAccessor)
    for told in (
        "16 x 16 pixels of 926.63 m",
        "64 x 64 pixels of 231.66 m",
        "factor 4",
        "ndvi",
        "Sinusoidal",
    ):
        assert told in accessor._repr_html_()
        assert told in repr(accessor)


def test_a_name_of_a_guide_is_text_in_the_table_of_a_scene(scene):
    evil = scene.copy()
    evil["guide"] = evil["guide"].to_dataset().rename(ndvi="<b>ndvi")
    assert "&lt;b&gt;ndvi" in evil.lst._repr_html_()


def test_a_tree_that_is_no_scene_says_so_and_does_not_fail(scene):
    assert repr(scene["/"].filter(lambda node: False).lst).startswith("scene: nodes")


def test_a_lazy_result_is_shown_by_xarray_without_being_computed(scene):
    result = lstsr.sharpen(scene, "bicubic")
    assert "dask" in result["lst"]._repr_html_().lower()
    assert all(values.chunks for values in result.data_vars.values())
