"""What a critic thinks of the detail, and what the critic learns from it."""

import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor


def fool(scores: Float[Tensor, "n 1 v u"]) -> Float[Tensor, ""]:
    """Give what the network is to lower: minus the critic's score. [1]"""
    return -scores.mean()


def judge(real: Float[Tensor, "n 1 v u"], made: Float[Tensor, "n 1 v u"]) -> Float[Tensor, ""]:
    """Give what the critic is to lower: the hinge loss of its scores. [1]

    References
    ----------
    .. [1] Lim and Ye, "Geometric GAN", 2017, :doi:`10.48550/arXiv.1705.02894`
    """
    return F.relu(1.0 - real).mean() + F.relu(1.0 + made).mean()
