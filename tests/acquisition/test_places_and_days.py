"""Areas, days and frames: what cannot be is refused, what can be lies where it should."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox
from pyproj import Transformer

from lstsr_core import SourceError
from lstsr_data.acquisition.area import area_of, area_of_file, box_area, disc_area
from lstsr_data.acquisition.days import days_seen, one_day, span_of_days
from lstsr_data.acquisition.frame import frame_of, pixels_of, seen
from lstsr_data.acquisition.stated_grid import SINUSOIDAL, known_crs, stated_box

TILE = 1111950.5197665
H18V04 = Affine(TILE / 1200, 0, 0.0, 0, -TILE / 1200, 5 * TILE)
KILOMETRES = GeoBox((1200, 1200), H18V04, SINUSOIDAL)


def refusal(call, *words):
    with pytest.raises(SourceError) as refused:
        call(*words)
    return refused.value


@pytest.mark.fault(11)
@pytest.mark.parametrize(
    ("box", "why"),
    [
        ((44, 2, 45, 100), "west south east north"),
        ((2, 45, 3, 44), "south below north"),
        ((2, 44, 2, 45), "width"),
        ((190, 44, 191, 45), "-180 to 180"),
        ((2, 44, 3, 90), "pole"),
        ((float("nan"), 44, 3, 45), "four numbers"),
        ((100, 10, 60, 20), "swapped"),
    ],
)
def test_a_box_that_cannot_be_is_refused(box, why):
    error = refusal(box_area, *box)
    assert error.code == "AREA_INVALID"
    assert why in str(error)


@pytest.mark.fault(11)
def test_a_box_over_the_antimeridian_is_split_in_two():
    area = box_area(178, -18, -178, -16)
    assert area.boxes == ((178, -18, 180, -16), (-180, -18, -178, -16))
    assert abs(area.longitude) == 180


def test_a_disc_over_the_antimeridian_is_split_too():
    boxes = disc_area(179.9, 0.0, 50.0).boxes
    assert boxes[0][2] == 180
    assert boxes[1][0] == -180


def test_a_disc_reaches_as_far_as_it_says():
    west, south, east, north = disc_area(11.5, 48.1, 30.0).boxes[0]
    assert (north - south) * 111.195 == pytest.approx(60, rel=1e-3)
    assert (east - west) * 111.195 * 0.6678 == pytest.approx(60, rel=0.01)


@pytest.mark.fault(11)
def test_a_grid_that_the_antimeridian_cuts_says_which_two_areas_to_fetch():
    h35v10 = GeoBox((1200, 1200), Affine.translation(17 * TILE, -6 * TILE) * H18V04, SINUSOIDAL)
    error = refusal(frame_of, box_area(178, -18, -178, -16), h35v10)
    assert error.code == "AREA_SPLIT"
    assert "--bbox 178 -18 180 -16 and --bbox -180 -18 -178 -16" in error.remedy


def test_a_grid_that_the_antimeridian_does_not_cut_holds_both_sides():
    utm60 = GeoBox((4000, 4000), Affine(30, 0, 800_000, 0, -30, 8_100_000), "EPSG:32760")
    frame = frame_of(box_area(179.9, -17.6, -179.9, -17.4), utm60)
    assert frame.shape[1] * 30 == pytest.approx(0.2 * 111_195 * 0.954, rel=0.05)


@pytest.mark.fault(11)
@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "cross"),
        ({"type": "Point", "coordinates": [0, 0]}, "Polygon"),
        ({"type": "FeatureCollection", "features": []}, "Polygon"),
        ({"type": "Feature", "geometry": None}, "geometry"),
        ({"type": "Polygon", "coordinates": [[[48, 11], [49, 95], [48, 95], [48, 11]]]}, "order"),
        ([], "geometry"),
        ({}, "geometry"),
    ],
)
def test_geojson_that_is_no_area_is_refused(document, why):
    error = refusal(area_of, document)
    assert error.code == "AREA_INVALID"
    assert why in str(error)


@pytest.mark.fault(28)
def test_geojson_comes_from_files_and_a_broken_one_is_named(tmp_path):
    path = tmp_path / "Gemüse feld.geojson"
    ring = [[2, 44], [3, 44], [3, 45], [2, 44]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path.write_text(json.dumps(feature), encoding="utf-8")
    assert area_of_file(path).boxes == ((2, 44, 3, 45),)
    path.write_text('{"type": "Polyg')
    assert refusal(area_of_file, path).code == "FILE_UNREADABLE"
    assert refusal(area_of_file, tmp_path / "none").code == "FILE_MISSING"


def test_geojson_cut_at_the_antimeridian_keeps_its_two_sides():
    east = [[[178, -18], [180, -18], [180, -16], [178, -16], [178, -18]]]
    west = [[[-180, -18], [-178, -18], [-178, -16], [-180, -16], [-180, -18]]]
    area = area_of({"type": "MultiPolygon", "coordinates": [west, east]})
    assert [box[0] for box in area.boxes] == [178, -180]


@pytest.mark.fault(11)
def test_an_area_smaller_than_a_pixel_is_refused():
    assert "pixels" in refusal(frame_of, box_area(2, 44, 2.001, 44.001), KILOMETRES).found


@pytest.mark.fault(14)
def test_the_corners_of_a_tile_lie_where_they_are_published():
    move = Transformer.from_crs(str(SINUSOIDAL), "EPSG:4326", always_xy=True)
    # Bounds of h18v04 in the table of tiles that the MODLAND grid publishes.
    assert move.transform(0.0, 5 * TILE) == pytest.approx((0.0, 50.0), abs=1e-7)
    assert move.transform(TILE, 5 * TILE) == pytest.approx((15.5572, 50.0), abs=1e-4)
    assert move.transform(TILE, 4 * TILE) == pytest.approx((13.0541, 40.0), abs=1e-4)


@pytest.mark.fault(14)
def test_the_sphere_of_modis_is_known_by_any_spelling_and_wgs84_is_another():
    spelt = (
        'PROJCS["unnamed",GEOGCS["Unknown datum based upon the custom spheroid",'
        'DATUM["Not specified (based on custom spheroid)",SPHEROID["Custom spheroid",'
        '6371007.181,0]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],'
        'PROJECTION["Sinusoidal"],PARAMETER["longitude_of_center",0],PARAMETER["false_easting",0],'
        'PARAMETER["false_northing",0],UNIT["Meter",1]]'
    )
    stated = {"proj:shape": [2, 2], "proj:transform": [1, 0, 0, 0, -1, 0], "proj:wkt2": spelt}
    box = stated_box(stated, {})
    assert box is not None
    assert box.crs == SINUSOIDAL
    from odc.geo.crs import CRS

    other = CRS("+proj=sinu +lon_0=0 +datum=WGS84 +units=m")
    assert known_crs(other) != SINUSOIDAL
    shifted = CRS("+proj=sinu +lon_0=10 +R=6371007.181 +units=m")
    assert known_crs(shifted) != SINUSOIDAL


@given(
    st.floats(0.5, 8),
    st.floats(41, 47),
    st.floats(0.1, 2.0),
    st.floats(0.1, 2.0),
)
def test_a_frame_lies_on_the_lines_of_its_grid_and_holds_the_area(west, south, width, height):
    area = box_area(west, south, west + width, south + height)
    frame = frame_of(area, KILOMETRES)
    column, row = ~KILOMETRES.affine * (frame.affine.c, frame.affine.f)
    assert column == pytest.approx(round(column), abs=1e-6)
    assert row == pytest.approx(round(row), abs=1e-6)
    touched = pixels_of(area, frame)
    assert touched[0].any()
    assert touched[-1].any()
    assert touched[:, 0].any()
    assert touched[:, -1].any()


def test_what_lies_in_no_granule_is_known_to_the_pixel():
    frame = KILOMETRES[100:200, 100:200]
    assert seen(frame, [KILOMETRES[:150], KILOMETRES[160:]]).sum() == 90 * 100


@pytest.mark.parametrize("text", ["2023-13-01", "yesterday", "", "2023-08-11T25:00"])
def test_a_date_that_is_none_is_refused(text):
    assert refusal(one_day, text).code == "DATE_INVALID"


def test_days_in_the_wrong_order_are_refused():
    assert "earlier date first" in str(refusal(span_of_days, "2023-08-11/2023-08-01"))
    assert len(list(span_of_days("2023-08-01/2023-08-31"))) == 31


def test_an_overpass_at_dusk_in_the_west_is_of_the_local_day_before():
    seen_at = dt.datetime(2023, 8, 11, 2, 0, tzinfo=dt.UTC)
    assert days_seen(seen_at, seen_at, "utc", -120.0)[0] == dt.date(2023, 8, 11)
    assert days_seen(seen_at, seen_at, "local", -120.0)[0] == dt.date(2023, 8, 10)


@given(st.floats(-180, 180))
def test_a_daily_tile_is_of_its_own_day_by_both_clocks(longitude):
    start = dt.datetime(2023, 8, 11, tzinfo=dt.UTC)
    end = start + dt.timedelta(hours=23, minutes=59, seconds=59)
    day = dt.date(2023, 8, 11)
    assert days_seen(start, end, "utc", longitude) == (day, day)
    local = days_seen(start, end, "local", longitude)[0]
    assert abs((local - day).days) <= (1 if abs(longitude) > 179 else 0)


def test_a_composite_is_of_every_day_it_was_made_of():
    start = dt.datetime(2023, 8, 5, tzinfo=dt.UTC)
    end = dt.datetime(2023, 8, 12, 23, 59, 59, tzinfo=dt.UTC)
    assert days_seen(start, end, "utc", 0) == (dt.date(2023, 8, 5), dt.date(2023, 8, 12))
