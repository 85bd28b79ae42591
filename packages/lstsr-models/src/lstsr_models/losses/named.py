"""The losses that a recipe names, built."""

from collections.abc import Sequence

from lstsr_models.losses.catalogue import LOSSES, Loss, Weighted
from lstsr_models.recipe import LossRecipe


def name_losses(recipes: Sequence[LossRecipe]) -> tuple[Weighted, ...]:
    """Build losses.

    Parameters
    ----------
    recipes : sequence of LossRecipe
        Names, weights and options.

    Returns
    -------
    tuple of Weighted

    Raises
    ------
    ValueError
        Where a loss has no such option.
    """
    return tuple(
        Weighted(name=recipe.name, weight=recipe.weight, loss=_build(recipe)) for recipe in recipes
    )


def _build(recipe: LossRecipe) -> Loss:
    try:
        return LOSSES[recipe.name](**recipe.options)
    except TypeError as error:
        raise ValueError(f"loss {recipe.name}: {error}") from error
