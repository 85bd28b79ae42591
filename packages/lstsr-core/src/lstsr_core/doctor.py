"""What is installed, what is broken, and how to mend it."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib import metadata

from lstsr_core import registry
from lstsr_core.plugins import Plugin, call_hook, load_plugins

LIBRARIES = (
    "numpy",
    "xarray",
    "dask",
    "rasterio",
    "odc-geo",
    "h5netcdf",
    "zarr",
    "pluggy",
    "torch",
    "onnxruntime",
)
"""Libraries whose versions belong in a report of a defect."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of a report.

    Parameters
    ----------
    subject, state : str
        What was looked at, and what was seen.
    remedy : str
        What to do; empty where all is well.
    broken : bool
        Whether it has to be done; something else may just be missing, such as a network.
    """

    subject: str
    state: str
    remedy: str = ""
    broken: bool = True

    @property
    def healthy(self) -> bool:
        """Whether nothing has to be done."""
        return not (self.remedy and self.broken)


def examine_plugins() -> tuple[Finding, ...]:
    """Report every plugin: loaded, broken, or sharing a name with another."""
    kinds = (registry.sensors(), registry.models(), registry.corrections(), registry.commands())
    plugin_set = load_plugins()
    late = [p for offers in (*kinds, registry.bundles()) for p in offers.problems]
    broken = {plugin.name for plugin in late}
    findings = [
        _plugin_finding(plugin)
        for plugin in (*plugin_set.plugins.values(), *late)
        if plugin.problem or plugin.name not in broken
    ]
    for kind in kinds:
        for name in kind.clashes:
            owners = " and ".join(o.plugin for o in kind.items if o.value.name == name)
            findings.append(
                Finding(
                    subject=f"{kind.noun} {name}",
                    state=f"offered by {owners}",
                    remedy="leave one out by LSTSR_BLOCK=<plugin> or uninstall it",
                )
            )
    return tuple(findings)


def _plugin_finding(plugin: Plugin) -> Finding:
    subject = f"plugin {plugin.name} ({plugin.distribution} {plugin.version})"
    if not plugin.problem:
        return Finding(subject=subject, state=f"works, imported in {plugin.seconds * 1e3:.0f} ms")
    return Finding(
        subject=subject,
        state=plugin.problem,
        remedy=f"mend or remove {plugin.distribution}, or LSTSR_BLOCK={plugin.name}",
    )


def examine_parts() -> tuple[Finding, ...]:
    """Report what the installed packages see of the machine, by the hook ``lstsr_findings``."""
    offers, problems = call_hook("lstsr_findings", load_plugins())
    return (*(finding for _, finding in offers), *map(_plugin_finding, problems))


def examine_host() -> tuple[Finding, ...]:
    """Report the interpreter, the platform and the libraries."""
    findings = [
        Finding(subject="python", state=f"{platform.python_version()} at {sys.prefix}"),
        Finding(subject="platform", state=platform.platform()),
    ]
    for library in LIBRARIES:
        try:
            findings.append(Finding(subject=library, state=metadata.version(library)))
        except metadata.PackageNotFoundError:
            findings.append(
                Finding(
                    subject=library, state="not installed (needed by no installed part of lstsr)"
                )
            )
    return tuple(findings)
