"""A contract as lines to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lstsr_runtime.bundle.reading import Bundle


def describe(bundle: Bundle) -> Iterator[tuple[str, str]]:
    """Give subjects and words of what a bundle says of itself."""
    contract = bundle.contract
    yield "name", f"{contract.name} {contract.version}"
    yield "folder", str(bundle.folder)
    yield "digest", bundle.digest
    for subject in ("summary", "source", "licence", "rank", "factor"):
        yield subject, str(getattr(contract, subject))
    yield "margin", f"{contract.margin} coarse pixels"
    yield "base", contract.base
    for guide in contract.guides:
        yield "guide", f"{guide.name} ({'required' if guide.required else 'optional'})"
    for layer in contract.layers:
        low, high = contract.domain.get(layer.name, (float("-inf"), float("inf")))
        yield "layer", f"{layer.name} [{layer.units}], learnt from {low:g} to {high:g}"
    yield "sigma", f"x {contract.sigma_factor:g}"
    yield "texture", ", ".join(f"{s:g}: x {f:g}" for s, f in contract.texture.items()) or "none"
    for name, words in _flat(contract.training):
        yield "training", f"{name} = {words}"


def _flat(tree: Mapping[str, Any], ahead: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{ahead}{name}.")
        else:
            yield f"{ahead}{name}", value
