"""The same request is the same job: an id is a digest of all that a result depends on."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from lstsr_api import __version__
from lstsr_core.plugins import load_plugins
from lstsr_core.registry import BEST
from lstsr_runtime.bundle.finding import find_bundles

if TYPE_CHECKING:
    from collections.abc import Mapping


def job_id(process: str, request: Mapping[str, Any]) -> str:
    """Give the id of a job.

    Parameters
    ----------
    process : str
        What is done.
    request : mapping of str to object
        The canonical request.

    Returns
    -------
    str
        SHA-256 of the request, the models it may use, the plugins and our version.
    """
    model = str(request.get("model", BEST))
    parts = [__version__, process, request, models_digest(model), _plugins()]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@cache
def models_digest(name: str) -> str:
    """Give one digest for the trained networks that a name may stand for; empty for none."""
    found = (one.bundle for one in find_bundles() if one.bundle is not None)
    wanted = sorted(one.digest for one in found if name in (BEST, one.contract.name))
    return hashlib.sha256(" ".join(wanted).encode()).hexdigest() if wanted else ""


@cache
def _plugins() -> list[list[str]]:
    plugins = load_plugins().plugins.values()
    return sorted([one.name, one.distribution, one.version] for one in plugins)
