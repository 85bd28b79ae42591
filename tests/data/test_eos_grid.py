"""Grids are read off the structural metadata, or refused, but never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import SceneError
from lstsr_data.eos_grid import grids_of

TILE = """GROUP=GridStructure
\tGROUP=GRID_1
\t\tGridName="MODIS_Grid_Daily_1km_LST"
\t\tXDim=1200
\t\tYDim=1200
\t\tUpperLeftPointMtrs=(-7783653.638366,4447802.079066)
\t\tLowerRightMtrs=(-6671703.118599,3335851.559300)
\t\tProjection=GCTP_SNSOID
\t\tProjParams=(6371007.181000,0,0,0,0,0,0,0,86400,0,0,0,0)
\t\tSphereCode=-1
\t\tGridOrigin=HDFE_GD_UL
\t\tGROUP=DataField
\t\t\tOBJECT=DataField_1
\t\t\t\tDataFieldName="LST_Day_1km"
\t\t\t\tDataType=DFNT_UINT16
\t\t\tEND_OBJECT=DataField_1
\t\tEND_GROUP=DataField
\tEND_GROUP=GRID_1
END_GROUP=GridStructure
"""
"""Tile h11v05 as a file of MOD11A1 states it."""
NORTH_OF_TILE, WEST_AT_EQUATOR = 40.0, -70.0
"""Where the upper left corner of tile h11v05 lies: 40 degrees north, and the meridian that is
70 degrees west (MODLAND tile bounds). [degree]"""


def corner_of(box, column, row):
    x, y = box.affine * (column, row)
    return box.crs.transformer_to_crs("EPSG:4326")(x, y)


@pytest.mark.fault(14)
def test_a_tile_lies_where_it_is_published_to_within_a_millimetre_on_its_sphere():
    (grid,) = grids_of(TILE)
    assert grid.fields == {"LST_Day_1km"}
    assert grid.box.shape == (1200, 1200)
    assert grid.box.affine.a == pytest.approx(926.625433, abs=1e-6)
    longitude, latitude = corner_of(grid.box, 0, 0)
    metres_a_degree = 6371007.181 * 3.141592653589793 / 180
    assert abs(latitude - NORTH_OF_TILE) * metres_a_degree < 0.001
    # On the sphere x = longitude * cos(latitude), so the corner's meridian is 70 W / cos(40 N).
    assert abs(longitude * 0.7660444431 - WEST_AT_EQUATOR) * metres_a_degree < 0.01


@pytest.mark.fault(14)
def test_the_sphere_is_that_of_the_file_and_not_the_ellipsoid_of_wgs84():
    (grid,) = grids_of(TILE)
    (wrong,) = grids_of(TILE.replace("6371007.181000", "6378137.000000"))
    assert grid.box.crs != wrong.box.crs
    shift = abs(corner_of(grid.box, 0, 0)[1] - corner_of(wrong.box, 0, 0)[1]) * 111_000
    assert 4_000 < shift < 30_000


def test_several_grids_keep_their_fields_apart():
    half = TILE.replace("GRID_1", "GRID_2").replace("LST_Day_1km", "b01")
    half = half.replace("XDim=1200", "XDim=2400").replace("YDim=1200", "YDim=2400")
    one, two = grids_of(TILE + half)
    assert (one.fields, two.fields) == ({"LST_Day_1km"}, {"b01"})
    assert two.box.affine.a == pytest.approx(one.box.affine.a / 2)


def test_a_file_of_swaths_has_no_grids():
    assert grids_of("GROUP=SwathStructure\nGROUP=SWATH_1\nEND_GROUP=SWATH_1\n") == ()


@pytest.mark.parametrize(
    ("stated", "instead"),
    [
        ("GCTP_SNSOID", "GCTP_GEO"),
        ("HDFE_GD_UL", "HDFE_GD_LL"),
        ("(6371007.181000,0,0,0,0,", "(6371007.181000,0,0,0,10000000,"),
        ("(6371007.181000", "(0"),
        ("XDim=1200", "XDim=0"),
        ("XDim=1200", "XDim=12OO"),
        ("\t\tXDim=1200\n", ""),
        ("4447802.079066)", "3335851.559300)"),
        ("(-7783653.638366,", "(-6671703.118599,"),
        ("-7783653.638366", "-77.836.53"),
    ],
)
def test_a_grid_that_is_another_kind_or_damaged_is_refused(stated, instead):
    assert stated in TILE
    with pytest.raises(SceneError) as caught:
        grids_of(TILE.replace(stated, instead))
    assert caught.value.code == "GRID_UNSUPPORTED"


@pytest.mark.fault(28)
@given(at=st.integers(0, len(TILE) - 1), character=st.characters(codec="ascii"))
def test_one_wrong_character_is_a_grid_or_a_refusal_with_a_code(at, character):
    codes = {"GRID_UNSUPPORTED"}
    try:
        grids = grids_of(TILE[:at] + character + TILE[at + 1 :])
    except SceneError as error:
        codes.add(error.code)
        grids = ()
    assert codes == {"GRID_UNSUPPORTED"}
    assert all(0 not in grid.box.shape for grid in grids)
