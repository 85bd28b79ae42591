"""One step of training after another, for a Lightning Trainer."""

import math
from typing import Any

import pytorch_lightning as pl
import torch

from lstsr_core import ModelError
from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.adversarial import fool, judge
from lstsr_models.losses.catalogue import add_up
from lstsr_models.losses.named import name_losses
from lstsr_models.nets.discriminator import Discriminator
from lstsr_models.recipe import Recipe
from lstsr_models.training.predicting import net_of, predict
from lstsr_models.training.scoring import SceneScore, score_scene

WARM_UP = 0.3
"""Share of the steps in which the rate of a cosine rises. [1]"""
LEAST_RATE = 0.01
"""Share of the rate that is left at the end of a cosine. [1]"""
ABOUT = "lstsr"
"""Key of a checkpoint under which stands what the network is."""


class Learner(pl.LightningModule):
    """Lowers the losses of a recipe; with a critic beside them where it asks for one.

    Parameters
    ----------
    recipe : Recipe
        Network, losses and optimiser.
    about : dict
        What is kept in every checkpoint: plain words and numbers.

    Raises
    ------
    ModelError
        ``TRAINING_DIVERGED`` where a loss is no longer a number.
    """

    def __init__(self, recipe: Recipe, about: dict[str, Any]) -> None:
        super().__init__()
        self.recipe, self.about = recipe, about
        self.net = net_of(recipe)
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.losses = name_losses(recipe.losses)
        self.critic = Discriminator() if recipe.adversarial else None
        self.automatic_optimization = self.critic is None
        self.scores: list[SceneScore] = []

    def training_step(self, chips: Chips, batch_idx: int) -> torch.Tensor:  # noqa: ARG002
        """Give the loss of a batch."""
        prediction = predict(self.net, chips)
        total, parts = add_up(self.losses, prediction, chips)
        self._demand_number(total)
        size = len(chips.layers)
        self.log_dict({f"loss_{name}": part for name, part in parts.items()}, batch_size=size)
        self.log("loss", total.detach(), prog_bar=True, batch_size=size)
        if self.recipe.adversarial is not None:
            self._duel(total, prediction, chips, self.recipe.adversarial.weight)
        return total

    def _duel(self, total: torch.Tensor, made: Prediction, chips: Chips, weight: float) -> None:
        """Step the network, then the critic; the critic sees truth where there is one."""
        optimisers: Any = self.optimizers()
        schedule: Any = self.lr_schedulers()
        known = torch.isfinite(chips.truth)
        detail, real = (
            torch.where(known, field - chips.cubic, 0.0) for field in (made.lst, chips.truth)
        )
        guide = chips.guide - chips.guide.mean(dim=(-2, -1), keepdim=True)
        self._step(optimisers[0], total + weight * fool(self._judged(detail, guide)))
        schedule.step()
        judged = judge(self._judged(real, guide), self._judged(detail.detach(), guide))
        self._step(optimisers[1], judged)
        self.log("loss_critic", judged.detach(), batch_size=len(chips.layers))

    def _judged(self, detail: torch.Tensor, guide: torch.Tensor) -> torch.Tensor:
        if self.critic is None:
            raise TypeError("this recipe has no critic")
        score: torch.Tensor = self.critic(detail, guide)
        return score

    def _step(self, optimiser: Any, loss: torch.Tensor) -> None:  # noqa: ANN401  Lightning's own
        self._demand_number(loss)
        optimiser.zero_grad()
        self.manual_backward(loss)
        if self.recipe.run.clip:
            self.clip_gradients(optimiser, self.recipe.run.clip, "norm")
        optimiser.step()

    def _demand_number(self, loss: torch.Tensor) -> None:
        if not torch.isfinite(loss):
            raise ModelError(
                "TRAINING_DIVERGED",
                found=f"a loss of {float(loss.detach())} in step {self.global_step}",
                expected="a number",
                remedy="lower run.rate, set run.clip, or train in precision 32; "
                "--resume goes on from the last whole epoch",
            )

    def on_validation_epoch_start(self) -> None:
        """Begin a new table."""
        self.scores = []

    def validation_step(self, chips: Chips, batch_idx: int) -> None:  # noqa: ARG002
        """Score a scene."""
        score = score_scene(predict(self.net, chips), chips)
        if score is not None:
            self.scores.append(score)

    def on_validation_epoch_end(self) -> None:
        """Log the mean error of scenes [K] and its ratio to that of cubic convolution."""
        count = max(len(self.scores), 1)
        error = sum(score.error for score in self.scores) / count
        cubic = sum(score.cubic for score in self.scores) / count
        self.log("val_error", error, prog_bar=True, sync_dist=True)
        self.log("val_ratio", error / cubic if cubic else math.nan, prog_bar=True, sync_dist=True)

    def configure_optimizers(self) -> Any:  # noqa: ANN401  Lightning takes many shapes
        """Give AdamW, its schedule by the step and, with a critic, Adam for it."""
        run = self.recipe.run
        main = torch.optim.AdamW(self.net.parameters(), lr=run.rate, weight_decay=run.decay)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.LambdaLR(main, lambda step: self._rate(step, steps))
        by_step = {"scheduler": schedule, "interval": "step"}
        if self.recipe.adversarial is None or self.critic is None:
            return [main], [by_step]
        rival = torch.optim.Adam(
            self.critic.parameters(), lr=self.recipe.adversarial.rate, betas=(0.5, 0.99)
        )
        return [main, rival], [by_step]

    def _rate(self, step: int, steps: int) -> float:
        """Give the share of the rate in a step; a cosine rises first, then falls. [1]"""
        if self.recipe.run.schedule == "constant":
            return 1.0
        top = max(WARM_UP * steps, 1.0)
        if step < top:
            return (step + 1) / top
        fall = 0.5 * (1 + math.cos(math.pi * min((step - top) / max(steps - top, 1.0), 1.0)))
        return LEAST_RATE + (1 - LEAST_RATE) * fall

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep what the network is beside its weights."""
        checkpoint[ABOUT] = self.about
