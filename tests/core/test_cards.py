"""Notebooks show values by a short table in which no text becomes HTML."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import Correction, FileSource, Model, Sensor, StacSource
from lstsr_core.cards import card
from lstsr_core.registry import Offer, Offers

EVIL = "<script>alert('&')</script>"
SHORT = 2000
"""Letters of HTML that are still a short table. [1]"""


@dataclass(frozen=True)
class Windows:
    """Options of the stand-in."""

    window: int = field(default=5, metadata={"help": "edge"})


MODEL = Model(
    name="plain",
    prepare=print,
    margin=3,
    summary=EVIL,
    guides=("ndvi",),
    options=Windows,
    source=EVIL,
)
SENSOR = Sensor(
    name="some",
    role="thermal",
    resolution=1000.0,
    decode=print,
    summary=EVIL,
    sources=(
        StacSource(catalogue="https://example.org", collection="grids<1>", assets={}),
        FileSource(patterns=("A*.hdf",)),
    ),
)
CORRECTION = Correction(name="shift", stage="scene", apply=print, summary=EVIL, options=Windows)
OFFERS = Offers(noun="model", items=(Offer(plugin="mine", value=MODEL),), problems=())


@pytest.mark.parametrize(
    "value", [MODEL, SENSOR, CORRECTION, OFFERS], ids=lambda v: type(v).__name__
)
def test_a_notebook_shows_a_short_table_in_which_a_summary_is_text(value):
    shown = value._repr_html_()
    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert len(shown) < SHORT


def test_a_model_tells_its_needs_and_its_options_with_their_defaults():
    shown = MODEL._repr_html_()
    assert all(told in shown for told in ("model plain", "ndvi", "window = 5", "3 coarse pixels"))


def test_a_sensor_tells_where_its_product_is_looked_for_in_the_order_of_the_search():
    shown = SENSOR._repr_html_()
    assert shown.index("grids&lt;1&gt;") < shown.index("files A*.hdf")


def test_what_is_not_known_is_left_out():
    assert "empty" not in card("a", {"empty": "", "full": 1})


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_no_text_adds_a_tag(title, name, value):
    assert card(title, {name: value}).count("<") == card("a", {"b": "c"}).count("<")
