"""Loading of plugins, each by itself, so that a broken one harms nobody."""

from __future__ import annotations

import difflib
import inspect
import os
import threading
import time
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pluggy
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from lstsr_core import hooks
from lstsr_core.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCK = "LSTSR_BLOCK"
"""Environment variable: names of plugins to leave out, joined by commas."""
STRICT = "LSTSR_STRICT_PLUGINS"
"""Environment variable: set to 1, a broken plugin is an error."""
PATIENCE = "LSTSR_PLUGIN_SECONDS"
"""Environment variable: how long one plugin may take to import. [s]"""
DEFAULT_PATIENCE = 60.0
"""How long one plugin may take to import where the environment says nothing. [s]"""
CORE = "lstsr-core"
"""Name of our own distribution, as plugins require it."""


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """One entry point of the group ``lstsr``, loaded or not.

    Parameters
    ----------
    name : str
        Name of the entry point.
    distribution, version : str
        The installed package that brings it.
    seconds : float
        Time its import took. [s]
    problem : str
        Why it is left out; empty where it works.
    """

    name: str
    distribution: str
    version: str
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class PluginSet:
    """Everything found at the front door: what works is registered, the rest says why not."""

    manager: pluggy.PluginManager
    plugins: Mapping[str, Plugin]

    @property
    def problems(self) -> tuple[Plugin, ...]:
        """Plugins that are left out against the user's wish."""
        return tuple(p for p in self.plugins.values() if p.problem)


@cache
def load_plugins() -> PluginSet:
    """Load every plugin of the entry-point group ``lstsr`` once a process.

    Raises
    ------
    PluginError
        ``PLUGIN_BROKEN`` where a plugin does not work and ``LSTSR_STRICT_PLUGINS=1``.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    blocked = {name.strip() for name in os.environ.get(BLOCK, "").split(",")}
    entries = sorted(metadata.entry_points(group=hooks.PROJECT), key=_order)
    found: dict[str, Plugin] = {}
    for entry in entries:
        if entry.name not in blocked:
            plugin = _register(manager, entry, taken=found)
            found[_key(plugin, found)] = plugin
    result = PluginSet(manager=manager, plugins=MappingProxyType(found))
    if result.problems and os.environ.get(STRICT) == "1":
        raise _broken(result.problems[0])
    return result


def _order(entry: metadata.EntryPoint) -> tuple[str, str]:
    return entry.name, entry.value


def _key(plugin: Plugin, found: Mapping[str, Plugin]) -> str:
    return plugin.name if plugin.name not in found else f"{plugin.name} ({plugin.distribution})"


def _register(
    manager: pluggy.PluginManager, entry: metadata.EntryPoint, *, taken: Mapping[str, Plugin]
) -> Plugin:
    start = time.perf_counter()
    problem = _other_core(entry)
    if entry.name in taken:
        problem = f"its name is taken by {taken[entry.name].distribution}"
    if not problem:
        module, problem = _import(entry)
        problem = problem or _misspelt(module)
        if not problem:
            problem = _join(manager, module, entry.name)
    return Plugin(
        name=entry.name,
        distribution=entry.dist.name if entry.dist else "unknown",
        version=entry.dist.version if entry.dist else "unknown",
        seconds=time.perf_counter() - start,
        problem=problem,
    )


def _join(manager: pluggy.PluginManager, module: object, name: str) -> str:
    try:
        manager.register(module, name=name)
    except (pluggy.PluginValidationError, ValueError) as error:
        return f"its hooks do not fit: {_in_one_line(error)}"
    return ""


def _import(entry: metadata.EntryPoint) -> tuple[object, str]:
    """Import in a thread, so that a module that never returns can be given up."""
    outcome: list[tuple[object, str]] = []

    def work() -> None:
        try:
            outcome.append((entry.load(), ""))
        except BaseException as error:  # noqa: BLE001  an import may raise even SystemExit
            outcome.append((None, f"import failed: {_in_one_line(error)}"))

    patience = float(os.environ.get(PATIENCE, DEFAULT_PATIENCE))
    thread = threading.Thread(target=work, name=f"import {entry.value}", daemon=True)
    thread.start()
    thread.join(patience)
    return outcome[0] if outcome else (None, f"import did not end within {patience:g} s")


def _misspelt(module: object) -> str:
    known = [name for name, _ in inspect.getmembers(hooks, inspect.isfunction)]
    for name, member in inspect.getmembers(module, inspect.isroutine):
        # Marked functions are hooks by intent; other routines only if they look like one.
        marked = hasattr(member, f"{hooks.PROJECT}_impl")
        if name in known and not marked:
            return f"{name} lacks the mark @lstsr_core.hookimpl"
        if name not in known and (marked or name.startswith("lstsr_")):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            return f"{name} is not a hook of lstsr{hint}"
    return ""


def _other_core(entry: metadata.EntryPoint) -> str:
    ours = metadata.version(CORE)
    for line in entry.dist.requires or [] if entry.dist else []:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            return f"its requirement {line!r} cannot be read"
        ours_is_meant = canonicalize_name(requirement.name) == CORE
        if ours_is_meant and not requirement.specifier.contains(ours, prereleases=True):
            return f"made for {CORE} {requirement.specifier}, installed is {ours}"
    return ""


def _in_one_line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _broken(plugin: Plugin) -> PluginError:
    return PluginError(
        "PLUGIN_BROKEN",
        found=f"plugin {plugin.name!r} of {plugin.distribution} {plugin.version}: {plugin.problem}",
        expected="every installed plugin to load (LSTSR_STRICT_PLUGINS=1)",
        remedy=f"mend or remove {plugin.distribution}, or leave it out: LSTSR_BLOCK={plugin.name}",
    )


def call_hook(hook: str, plugin_set: PluginSet) -> tuple[list[tuple[str, Any]], list[Plugin]]:
    """Ask every plugin for what it offers through one hook; a plugin that fails is named.

    Parameters
    ----------
    hook : str
        Name of one of the six hooks.
    plugin_set : PluginSet
        What `load_plugins` found.

    Returns
    -------
    offers : list of (plugin name, value)
        The values are untyped here because each hook has its own type.
    problems : list of Plugin
        Plugins whose hook raised or returned something that is not iterable.
    """
    offers: list[tuple[str, Any]] = []
    problems: list[Plugin] = []
    for impl in getattr(plugin_set.manager.hook, hook).get_hookimpls():
        try:
            offers += [(impl.plugin_name, value) for value in impl.function()]
        except (Exception, SystemExit) as error:  # noqa: BLE001  a plugin may raise anything
            problem = f"{hook} failed: {_in_one_line(error)}"
            problems.append(_with_problem(plugin_set.plugins[impl.plugin_name], problem))
    return sorted(offers, key=lambda offer: offer[0]), problems


def _with_problem(plugin: Plugin, problem: str) -> Plugin:
    return Plugin(
        name=plugin.name,
        distribution=plugin.distribution,
        version=plugin.version,
        seconds=plugin.seconds,
        problem=problem,
    )
