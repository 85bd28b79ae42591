"""Radiances of ASTER are refused with the product that holds the temperature."""

from __future__ import annotations

import pytest

from lstsr_core import SourceError
from lstsr_data.product import open_product

GRANULE = "AST_L1T_00305032000040446_20150409135350_78838"


@pytest.mark.parametrize("ending", [".hdf", "-TIR.tif", "_TIR.tif", "_T.tif", ""])
def test_l1t_is_no_surface_temperature_and_the_error_says_what_is(ending, tmp_path):
    path = tmp_path / f"{GRANULE}{ending}"
    path.write_bytes(b"\x0e\x03\x13\x01")
    with pytest.raises(SourceError, match="AST_08") as refused:
        open_product(path)
    assert refused.value.code == "NO_SURFACE_TEMPERATURE"
    assert refused.value.exit_status == 2


def test_the_temperature_of_the_same_overpass_is_not_taken_for_it(write_raster):
    name = "AST_08_00405032000040446_20250409135350_SKT.tif"
    raw = open_product(write_raster(name, [[3001]], pixel=90.0))
    assert raw["SKT"].to_numpy().item() == 3001
    assert raw.attrs["start_datetime"] == "2000-05-03T04:04:46Z"
