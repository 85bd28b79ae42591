"""Trained networks on disk: weights and plain words, never code."""

from __future__ import annotations

import os
import pickle
import uuid
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch

from lstsr_core import SourceError
from lstsr_models.recipe_file import check_recipe
from lstsr_models.training.learner import ABOUT
from lstsr_models.training.predicting import net_of

if TYPE_CHECKING:
    from torch import nn

    from lstsr_models.recipe import Recipe

FORMAT: Final = "lstsr checkpoint 1"
"""First words of what a checkpoint says; they change when an old one could not be read."""
NET: Final = "net."
"""Beginning of the names of the network's weights."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A network with what is known of it.

    Parameters
    ----------
    net : nn.Module
        Its weights loaded, ready to apply.
    recipe : Recipe
        By which it was trained.
    about : dict
        ``format``, ``recipe``, ``domain`` (ends of each layer), ``facts`` (of the scenes),
        ``training`` (data) and, once
        training ended, ``calibration`` and ``validation``.
    """

    net: nn.Module
    recipe: Recipe
    about: dict[str, Any]


def load_checkpoint(path: str | os.PathLike[str]) -> Trained:
    """Load a checkpoint of Lightning or one that `save_trained` wrote; no code in it is run.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``UNSAFE_PICKLE`` or ``FILE_UNREADABLE``.
    """
    source = Path(path)
    held = _load(source)
    about = held.get(ABOUT) if isinstance(held, dict) else None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise _unreadable("FILE_UNREADABLE", f"{source}: not written by `lstsr train`")
    recipe = check_recipe(about["recipe"], str(source))
    net = net_of(recipe)
    weights = {
        name.removeprefix(NET): value
        for name, value in held["state_dict"].items()
        if name.startswith(NET)
    }
    try:
        net.load_state_dict(weights)
    except RuntimeError as error:
        raise _unreadable("FILE_UNREADABLE", f"{source}: {error}") from error
    return Trained(net=net.eval(), recipe=recipe, about=about)


def save_trained(trained: Trained, path: str | os.PathLike[str]) -> Path:
    """Write a network without the state of its training; the file appears whole or not at all."""
    target = Path(path)
    draft = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
    weights = {f"{NET}{name}": value for name, value in trained.net.state_dict().items()}
    torch.save({ABOUT: trained.about, "state_dict": weights}, draft)
    os.replace(draft, target)
    return target


def _load(source: Path) -> Any:  # noqa: ANN401  a file of somebody else's
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about kinds of pickles; a wrong one is an error
            return torch.load(source, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise _unreadable("FILE_MISSING", f"no file {source}") from error
    except pickle.UnpicklingError as error:
        if "Unsupported" in str(error) or "WeightsUnpickler" in str(error):
            raise _unreadable("UNSAFE_PICKLE", f"{source} holds more than weights") from error
        raise _unreadable("FILE_UNREADABLE", f"{source}: {error}") from error
    except (OSError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise _unreadable("FILE_UNREADABLE", f"{source}: {error}") from error


def _unreadable(code: str, found: str) -> SourceError:
    return SourceError(
        code,
        found=found,
        expected="a checkpoint of `lstsr train`: trained.ckpt, or one in checkpoints/",
        remedy="check the path, or train again",
    )
