"""Names become values: the one place where a plugin's offer is looked up."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import click

from lstsr_core.cards import card
from lstsr_core.errors import PluginError, UnknownNameError
from lstsr_core.kinds import Correction, Model, Sensor
from lstsr_core.needs import demand_guides, has_guides
from lstsr_core.plugins import Plugin, call_hook, load_plugins

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T", Sensor, Model, Path, Correction, click.Command)

BEST = "best"
"""Alias of the best installed model that the guides of a scene allow."""


@dataclass(frozen=True, kw_only=True)
class Offer(Generic[T]):
    """A value and the plugin that offers it."""

    plugin: str
    value: T


@dataclass(frozen=True, kw_only=True)
class Offers(Generic[T]):
    """All that the installed plugins offer of one kind.

    Parameters
    ----------
    noun : str
        What they are called in messages.
    items : tuple of Offer
        What works.
    problems : tuple of Plugin
        What does not, and why.
    """

    noun: str
    items: tuple[Offer[T], ...]
    problems: tuple[Plugin, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names on offer, sorted, each once."""
        return tuple(sorted({str(offer.value.name) for offer in self.items}))

    @property
    def clashes(self) -> tuple[str, ...]:
        """Names that more than one plugin offers."""
        every = [str(offer.value.name) for offer in self.items]
        return tuple(name for name in self.names if every.count(name) > 1)

    def get(self, name: str) -> T:
        """Give the value of a name.

        Raises
        ------
        UnknownNameError
            ``UNKNOWN_NAME``, with the nearest names.
        PluginError
            ``NAME_CLASH``, with the plugins that share the name.
        """
        found = [offer for offer in self.items if offer.value.name == name]
        if not found:
            raise self._unknown(name)
        if len(found) > 1:
            raise self._clash(name, [offer.plugin for offer in found])
        return found[0].value

    def _repr_html_(self) -> str:
        rows = {str(o.value.name): getattr(o.value, "summary", "") or o.plugin for o in self.items}
        return card(f"{self.noun}s", dict(sorted(rows.items())))

    def _unknown(self, name: str) -> UnknownNameError:
        near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.5)
        did_you_mean = f"did you mean {' or '.join(near)}? " if near else ""
        return UnknownNameError(
            "UNKNOWN_NAME",
            found=f"the {self.noun} {name!r}",
            expected=f"one of: {', '.join(self.names) or 'none is installed'}",
            remedy=f"{did_you_mean}`lstsr plugins` lists what is installed",
        )

    def _clash(self, name: str, plugins: Iterable[str]) -> PluginError:
        both = " and ".join(plugins)
        return PluginError(
            "NAME_CLASH",
            found=f"the {self.noun} {name!r} offered by {both}",
            expected="one plugin for each name",
            remedy="leave one out by LSTSR_BLOCK=<plugin> or uninstall it",
        )


@cache
def sensors() -> Offers[Sensor]:
    """Give all installed sensors."""
    return _collect("lstsr_sensors", "sensor", Sensor)


@cache
def models() -> Offers[Model]:
    """Give all installed models."""
    return _collect("lstsr_models", "model", Model)


@cache
def bundles() -> Offers[Path]:
    """Give the folders of all installed bundles, which are named by their own contracts."""
    return _collect("lstsr_bundles", "bundle", Path)


@cache
def corrections() -> Offers[Correction]:
    """Give all installed corrections."""
    return _collect("lstsr_corrections", "correction", Correction)


@cache
def commands() -> Offers[click.Command]:
    """Give all installed subcommands."""
    return _collect("lstsr_commands", "command", click.Command)


def forget() -> None:
    """Forget what was loaded, so that the next look-up sees newly installed plugins."""
    for cached in (sensors, models, bundles, corrections, commands, load_plugins):
        cached.cache_clear()


def _collect(hook: str, noun: str, kind: type[T]) -> Offers[T]:
    plugin_set = load_plugins()
    offers, problems = call_hook(hook, plugin_set)
    good = tuple(Offer(plugin=p, value=v) for p, v in offers if isinstance(v, kind))
    for name, value in offers:
        if not isinstance(value, kind):
            owner = plugin_set.plugins[name]
            problems.append(
                Plugin(
                    name=name,
                    distribution=owner.distribution,
                    version=owner.version,
                    problem=f"{hook} gave a {type(value).__name__}, not a {kind.__name__}",
                )
            )
    return Offers(noun=noun, items=good, problems=tuple(problems))


def choose_model(name: str, guides: Iterable[str], factor: int | None = None) -> Model:
    """Give the model of a name, or the best that guides and factor allow.

    Parameters
    ----------
    name : str
        Name of a model, or ``best``.
    guides : iterable of str
        Guides at hand.
    factor : int, optional
        Fine pixels along one edge of a coarse pixel; any where None. [1]

    Raises
    ------
    UnknownNameError, PluginError
        As `Offers.get`.
    ModelError
        ``GUIDE_MISSING`` where the model needs a guide that is not there.
    """
    at_hand = frozenset(guides)
    if name == BEST:
        return _best(at_hand, factor)
    model = models().get(name)
    demand_guides(model, at_hand)
    return model


def choose_correction(words: str) -> Correction:
    """Give the correction of a name, or of a name with options: ``diurnal:hour=13.5,amplitude=20``.

    Raises
    ------
    UnknownNameError, PluginError
        As `Offers.get`.
    ModelError
        ``OPTION_UNKNOWN`` or ``OPTION_INVALID``.
    """
    name, _, options = words.partition(":")
    pairs = [pair.partition("=") for pair in options.split(",") if pair]
    return corrections().get(name).tuned({key.strip(): value for key, _, value in pairs})


def _best(guides: frozenset[str], factor: int | None) -> Model:
    offers = models()
    fit = [
        offer.value
        for offer in offers.items
        if offer.value.rank > 0
        and offer.value.name not in offers.clashes
        and has_guides(offer.value, guides)
        and (factor is None or not offer.value.factors or factor in offer.value.factors)
    ]
    if not fit:
        raise UnknownNameError(
            "UNKNOWN_NAME",
            found=f"no installed model for the guides: {', '.join(sorted(guides)) or 'none'}",
            expected="a model that these guides allow",
            remedy="install one: pip install lstsr-statistical",
        )
    return max(fit, key=lambda model: (model.rank, model.name))
