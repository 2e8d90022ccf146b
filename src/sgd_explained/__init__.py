"""Stochastic gradient descent, explained: a loss that one can see through, and walks on it."""

from .descent import (
    DivergenceError,
    Memory,
    Walk,
    each_walker,
    gradient_descent,
    of_batch,
    sgd,
)
from .landscape import RiskLandscape, StationaryPoint
from .losses import Loss, loss, loss_derivative, loss_second_derivative
from .risk import (
    empirical_risk,
    gradient,
    gradient_of,
    predict,
    risk_curvature,
    risk_gradient,
)
from .sampling import batches, epoch_orders

__all__ = [
    "DivergenceError",
    "Loss",
    "Memory",
    "RiskLandscape",
    "StationaryPoint",
    "Walk",
    "batches",
    "each_walker",
    "empirical_risk",
    "epoch_orders",
    "gradient",
    "gradient_descent",
    "gradient_of",
    "loss",
    "loss_derivative",
    "loss_second_derivative",
    "of_batch",
    "predict",
    "risk_curvature",
    "risk_gradient",
    "sgd",
]
