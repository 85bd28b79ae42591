"""Options of a model: read from words, refused where they cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from click.testing import CliRunner

from lstsr_core import Correction, LstsrError, Model, ModelError, registry
from lstsr_core.commands import plugins
from lstsr_core.options import describe_options
from lstsr_core.predictor import place
from lstsr_core.registry import Offer, Offers
from lstsr_core.testing import check_model, make_scene


@dataclass(frozen=True, kw_only=True)
class Options:
    window: int = field(default=5, metadata={"help": "edge of a window"})
    share: float = 0.5
    exact: bool = False
    kind: str = "plain"

    def __post_init__(self):
        if self.window < 1:
            raise ValueError(f"window = {self.window}; it has to be 1 or more")


def model_with(seen):
    def prepare(scene, options=Options()):
        seen.append(options)

    return Model(name="some", prepare=prepare, margin=1, options=Options)


def test_words_are_read_as_the_type_of_the_option():
    seen = []
    words = {"window": "7", "share": "0.25", "exact": "yes", "kind": "other"}
    model_with(seen).tuned(words).prepare(None)
    assert seen == [Options(window=7, share=0.25, exact=True, kind="other")]


def test_what_is_not_set_keeps_its_default():
    seen = []
    model_with(seen).prepare(None)
    model_with(seen).tuned({}).prepare(None)
    model_with(seen).tuned({"share": 1}).prepare(None)
    assert seen == [Options(), Options(), Options(share=1.0)]


@pytest.mark.parametrize(
    "settings",
    [{"window": "five"}, {"window": 2.5}, {"exact": "perhaps"}, {"window": True}, {"window": 0}],
)
def test_a_value_that_cannot_be_used_is_refused(settings):
    with pytest.raises(ModelError) as caught:
        model_with([]).tuned(settings)
    assert caught.value.code == "OPTION_INVALID"


def test_an_unknown_option_names_the_one_that_was_meant():
    with pytest.raises(ModelError, match="window") as caught:
        model_with([]).tuned({"windw": 3})
    assert caught.value.code == "OPTION_UNKNOWN"
    with pytest.raises(ModelError, match="no options at all"):
        replace(model_with([]), options=None).tuned({"window": 3})


def test_options_describe_themselves():
    first, *others = describe_options(Options)
    assert first == ("window", "int", 5, "edge of a window")
    assert [option.name for option in others] == ["share", "exact", "kind"]
    assert describe_options(None) == ()


@dataclass(frozen=True, kw_only=True)
class Remembering:
    """Adds a number that it knows of every coarse pixel of the scene."""

    known: np.ndarray
    row: int = 0
    column: int = 0

    def at(self, row, column):
        return replace(self, row=row, column=column)

    def __call__(self, lst, guides, valid):
        rows = slice(self.row, self.row + lst.shape[0])
        columns = slice(self.column, self.column + lst.shape[1])
        fine = np.kron(lst + self.known[rows, columns], np.ones((4, 4))).astype(np.float32)
        return fine, np.where(np.isnan(fine), np.nan, 1.0).astype(np.float32)


def remembering(scene):
    shape = scene["coarse"]["lst"].shape
    return Remembering(known=np.arange(np.prod(shape)).reshape(shape) / 100.0)


def test_a_predictor_that_knows_its_place_keeps_the_contract():
    check_model(Model(name="placed", prepare=remembering, margin=0))


def test_a_predictor_is_told_where_its_tile_lies():
    predictor = remembering(make_scene(shape=(8, 8)))
    assert place(predictor, 3, 2).row == 3
    assert place(len, 3, 2) is len


@pytest.fixture
def widening(monkeypatch):
    """A correction with options and one without, as if they alone were installed."""

    def widen(result, scene, options=Options()):
        return options

    both = (
        Correction(name="widen", stage="result", apply=widen, options=Options),
        Correction(name="plain", stage="scene", apply=lambda scene: scene),
    )
    items = tuple(Offer(plugin="mine", value=one) for one in both)
    offers = Offers(noun="correction", items=items, problems=())
    monkeypatch.setattr(registry, "corrections", lambda: offers)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("widen", Options()),
        ("widen:", Options()),
        ("widen:window=7", Options(window=7)),
        ("widen:share=0.25, kind=other", Options(share=0.25, kind="other")),
    ],
)
def test_options_of_a_correction_follow_its_name(widening, words, wanted):
    assert registry.choose_correction(words).apply(None, None) == wanted


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("widen:windw=7", "OPTION_UNKNOWN"),
        ("widen:window=wide", "OPTION_INVALID"),
        ("widen:window", "OPTION_INVALID"),
        ("plain:window=7", "OPTION_UNKNOWN"),
        ("wide:window=7", "UNKNOWN_NAME"),
    ],
)
def test_a_correction_or_option_that_is_not_there_is_refused(widening, words, code):
    with pytest.raises(LstsrError) as caught:
        registry.choose_correction(words)
    assert caught.value.code == code


def test_the_options_of_a_correction_are_listed(widening):
    shown = CliRunner().invoke(plugins, ["options", "widen"])
    assert shown.exit_code == 0
    assert "edge of a window" in shown.output
    assert "plain has no options" in CliRunner().invoke(plugins, ["options", "plain"]).output
