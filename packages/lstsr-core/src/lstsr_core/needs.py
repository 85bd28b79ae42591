"""Whether the guides at hand are those that a model needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Collection

    from lstsr_core.kinds import Model


def has_guides(model: Model, guides: Collection[str]) -> bool:
    """Tell whether a model can do with these guides."""
    return set(model.guides) <= set(guides) and len(guides) >= model.least_guides


def demand_guides(model: Model, guides: Collection[str]) -> None:
    """Refuse guides that a model cannot do with.

    Raises
    ------
    ModelError
        ``GUIDE_MISSING``.
    """
    if has_guides(model, guides):
        return
    missing = [guide for guide in model.guides if guide not in guides]
    needed = ", ".join(model.guides) or f"at least {model.least_guides} of any kind"
    raise ModelError(
        "GUIDE_MISSING",
        found=f"guides: {', '.join(sorted(guides)) or 'none'}",
        expected=f"the model {model.name!r} needs: {needed}",
        remedy=f"add --guide {missing[0] if missing else 'NAME'}=FILE, "
        "or choose a model without it (bicubic)",
    )
