"""Names become values, or an error that names the near ones."""

from __future__ import annotations

import pytest

from lstsr_core import Model, ModelError, PluginError, UnknownNameError, registry
from lstsr_core.registry import Offer, Offers, choose_model


def model(name, rank=0, guides=(), **more):
    return Model(name=name, prepare=lambda scene: None, margin=0, rank=rank, guides=guides, **more)


def offers(*pairs):
    items = tuple(Offer(plugin=plugin, value=value) for plugin, value in pairs)
    return Offers(noun="model", items=items, problems=())


@pytest.fixture
def install(monkeypatch):
    def put(*models):
        found = offers(*((f"plugin-{i}", m) for i, m in enumerate(models)))
        monkeypatch.setattr(registry, "models", lambda: found)

    return put


def test_a_name_gives_its_value():
    wanted = model("tsharp")
    assert offers(("a", model("bicubic")), ("b", wanted)).get("tsharp") is wanted


def test_names_are_sorted_and_each_stands_once():
    found = offers(("a", model("tsharp")), ("b", model("bicubic")), ("c", model("tsharp")))
    assert found.names == ("bicubic", "tsharp")
    assert found.clashes == ("tsharp",)


def test_an_unknown_name_gets_the_near_ones():
    found = offers(("a", model("tsharp")), ("a", model("bicubic")), ("a", model("bilinear")))
    with pytest.raises(UnknownNameError) as caught:
        found.get("tsharpp")
    assert caught.value.code == "UNKNOWN_NAME"
    assert caught.value.exit_status == 2
    assert "did you mean tsharp?" in caught.value.remedy
    assert "bicubic, bilinear, tsharp" in caught.value.expected


def test_a_name_near_to_none_gets_the_whole_list_and_no_guess():
    with pytest.raises(UnknownNameError) as caught:
        offers(("a", model("tsharp"))).get("qqqq")
    assert "did you mean" not in caught.value.remedy


def test_no_plugin_at_all_is_said_so():
    with pytest.raises(UnknownNameError) as caught:
        offers().get("tsharp")
    assert "none is installed" in caught.value.expected


@pytest.mark.fault(37)
def test_a_name_that_two_plugins_share_is_an_error_with_both():
    with pytest.raises(PluginError) as caught:
        offers(("one", model("tsharp")), ("two", model("tsharp"))).get("tsharp")
    assert caught.value.code == "NAME_CLASH"
    assert "one and two" in caught.value.found


def test_a_clash_leaves_other_names_alone():
    wanted = model("bicubic")
    found = offers(("one", model("tsharp")), ("two", model("tsharp")), ("two", wanted))
    assert found.get("bicubic") is wanted


def test_best_is_the_highest_rank_that_the_guides_allow(install):
    install(model("plain", rank=1), model("guided", rank=9, guides=("ndvi",)), model("off"))
    assert choose_model("best", ["ndvi", "red"]).name == "guided"
    assert choose_model("best", ["red"]).name == "plain"


def test_best_passes_over_a_model_that_cannot_do_the_factor(install):
    install(model("any", rank=1), model("four", rank=9, factors=(4,)))
    assert choose_model("best", [], factor=4).name == "four"
    assert choose_model("best", [], factor=5).name == "any"
    assert choose_model("best", []).name == "four"


def test_best_of_equal_rank_does_not_depend_on_the_order_of_installation(install):
    install(model("a", rank=3), model("b", rank=3))
    first = choose_model("best", [])
    install(model("b", rank=3), model("a", rank=3))
    assert choose_model("best", []).name == first.name


def test_best_passes_over_a_name_that_two_plugins_share(install):
    install(model("plain", rank=1), model("twice", rank=9), model("twice", rank=9))
    assert choose_model("best", []).name == "plain"


def test_best_of_models_that_are_never_chosen_is_an_error(install):
    install(model("off", rank=0), model("guided", rank=9, guides=("ndvi",)))
    with pytest.raises(UnknownNameError) as caught:
        choose_model("best", ["red"])
    assert "red" in caught.value.found


def test_a_model_asked_for_by_name_needs_its_guides(install):
    install(model("guided", guides=("ndvi", "elevation")))
    with pytest.raises(ModelError) as caught:
        choose_model("guided", ["ndvi"])
    assert caught.value.code == "GUIDE_MISSING"
    assert "--guide elevation=FILE" in caught.value.remedy
    assert choose_model("guided", ["elevation", "ndvi"]).name == "guided"
