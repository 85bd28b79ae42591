"""What a network learns from: small parts of scenes, as tensors."""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor


class Chips(NamedTuple):
    """Chips of one size, stacked; temperatures are less the mean of their scene.

    So centred, half precision holds a temperature to some hundredths of a kelvin.

    Parameters
    ----------
    layers : tensor, shape (n, c, f * h, f * w)
        What the network sees, scaled. [1]
    base : tensor, shape (n, 1, f * h, f * w)
        What its first field is added to. [K]
    cubic : tensor, shape (n, 1, f * h, f * w)
        Temperature by cubic convolution. [K]
    truth : tensor, shape (n, 1, f * h, f * w)
        Fine temperature, NaN where it is not known. [K]
    coarse : tensor, shape (n, 1, h, w)
        Measured temperature, NaN where there is none. [K]
    guide : tensor, shape (n, 1, f * h, f * w)
        NDVI, 0 where there is none. [1]
    slope : tensor, shape (n, 1, f * h, f * w)
        Slope of temperature on NDVI at the coarse scale. [K]
    taps : tensor, shape (n, 2, 8 f)
        Weights by which a coarse pixel sees rows and columns of fine ones. [1]
    """

    layers: Float[Tensor, "n c y x"]
    base: Float[Tensor, "n 1 y x"]
    cubic: Float[Tensor, "n 1 y x"]
    truth: Float[Tensor, "n 1 y x"]
    coarse: Float[Tensor, "n 1 v u"]
    guide: Float[Tensor, "n 1 y x"]
    slope: Float[Tensor, "n 1 y x"]
    taps: Float[Tensor, "n 2 k"]


class Prediction(NamedTuple):
    """What a network says of chips.

    Parameters
    ----------
    lst : tensor, shape (n, 1, y, x)
        Fine temperature less the mean of the scene. [K]
    log_sigma : tensor, shape (n, 1, y, x)
        Logarithm of its standard uncertainty. [ln K]
    """

    lst: Float[Tensor, "n 1 y x"]
    log_sigma: Float[Tensor, "n 1 y x"]
