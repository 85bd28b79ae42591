"""What can be set of the sharpeners that learn by trees; light, because lists of models show it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class MiningOptions:
    """What can be set of DMS."""

    trees: int = field(default=10, metadata={"help": "trees of the model of the whole scene [1]"})
    window_trees: int = field(default=3, metadata={"help": "trees of the model of a window [1]"})
    window: int = field(
        default=8,
        metadata={"help": "edge of a moving window [coarse pixel]; 0: the whole scene only"},
    )
    window_overlap: float = field(
        default=0.5, metadata={"help": "what neighbouring windows share, of a window [1]"}
    )
    homogeneity: float = field(
        default=0.8,
        metadata={"help": "share of the coarse pixels to learn from, most homogeneous first [1]"},
    )
    fewest_samples: int = field(
        default=15, metadata={"help": "coarse pixels in a leaf of a tree, at least [1]"}
    )
    leaf_linear: bool = field(
        default=True, metadata={"help": "whether a leaf holds a linear model; else a mean"}
    )
    linear_extrapolation: float = field(
        default=0.25,
        metadata={"help": "how far a leaf may leave its range of temperatures, in ranges [1]"},
    )
    good_quality: str = field(
        default="",
        metadata={"help": "values of the scene's quality to learn from, as 0,1; empty: any"},
    )
    seed: int = field(default=0, metadata={"help": "seed of the draws; the same gives the same"})
    reference_quirks: bool = field(
        default=False, metadata={"help": "as the published comparison has it; never for use"}
    )

    def __post_init__(self) -> None:
        """Refuse what no tree can grow with."""
        check_trees(self.trees, self.fewest_samples, self.homogeneity)
        check_trees(self.window_trees, self.fewest_samples, self.homogeneity)
        if self.window and self.window < 4:  # noqa: PLR2004
            raise ValueError(f"window = {self.window}; it has to be 0, or 4 or more")
        if not 0 <= self.window_overlap <= 0.9:  # noqa: PLR2004
            raise ValueError(f"window_overlap = {self.window_overlap}; it has to be 0 to 0.9")
        if not self.linear_extrapolation >= 0:
            raise ValueError(
                f"linear_extrapolation = {self.linear_extrapolation}; it has to be 0 or more"
            )


@dataclass(frozen=True, kw_only=True)
class ForestOptions:
    """What can be set of the random forest."""

    trees: int = field(default=30, metadata={"help": "trees of the forest [1]"})
    features: float = field(
        default=1.0, metadata={"help": "share of the guides that a split chooses from [1]"}
    )
    fewest_samples: int = field(
        default=20, metadata={"help": "coarse pixels in a leaf of a tree, at least [1]"}
    )
    homogeneity: float = field(
        default=1.0,
        metadata={"help": "share of the coarse pixels to learn from, most homogeneous first [1]"},
    )
    seed: int = field(default=0, metadata={"help": "seed of the draws; the same gives the same"})

    def __post_init__(self) -> None:
        """Refuse what no tree can grow with."""
        check_trees(self.trees, self.fewest_samples, self.homogeneity)
        if not 0 < self.features <= 1:
            raise ValueError(f"features = {self.features}; it has to be above 0, up to 1")


@dataclass(frozen=True, kw_only=True)
class BoostingOptions:
    """What can be set of gradient boosting."""

    trees: int = field(default=100, metadata={"help": "trees, each on what those before left [1]"})
    learning_rate: float = field(
        default=0.1, metadata={"help": "how much of a tree's answer is taken [1]"}
    )
    leaves: int = field(default=15, metadata={"help": "leaves of a tree, at most [1]"})
    fewest_samples: int = field(
        default=20, metadata={"help": "coarse pixels in a leaf of a tree, at least [1]"}
    )
    homogeneity: float = field(
        default=1.0,
        metadata={"help": "share of the coarse pixels to learn from, most homogeneous first [1]"},
    )
    seed: int = field(default=0, metadata={"help": "seed of the draws; the same gives the same"})

    def __post_init__(self) -> None:
        """Refuse what no tree can grow with."""
        check_trees(self.trees, self.fewest_samples, self.homogeneity)
        if not 0 < self.learning_rate <= 1:
            raise ValueError(f"learning_rate = {self.learning_rate}; it has to be above 0, up to 1")
        if self.leaves < 2:  # noqa: PLR2004
            raise ValueError(f"leaves = {self.leaves}; it has to be 2 or more")


def check_trees(trees: int, fewest_samples: int, homogeneity: float) -> None:
    """Refuse numbers that leave nothing to learn from.

    Raises
    ------
    ValueError
        What is wrong, and the range.
    """
    if trees < 1 or fewest_samples < 1:
        raise ValueError(f"{trees} trees, {fewest_samples} samples; both have to be 1 or more")
    if not 0 < homogeneity <= 1:
        raise ValueError(f"homogeneity = {homogeneity}; it has to be above 0, up to 1")
