"""Stochastic gradient descent, explained: a loss that one can see through, and walks on it."""

from .descent import DivergenceError, Walk, gradient_descent, sgd
from .landscape import RiskLandscape, StationaryPoint
from .problem import (
    empirical_risk,
    gradient,
    loss,
    loss_derivative,
    loss_second_derivative,
    predict,
    risk_curvature,
    risk_gradient,
)
from .sampling import batches, epoch_orders

__all__ = [
    "DivergenceError",
    "RiskLandscape",
    "StationaryPoint",
    "Walk",
    "batches",
    "empirical_risk",
    "epoch_orders",
    "gradient",
    "gradient_descent",
    "loss",
    "loss_derivative",
    "loss_second_derivative",
    "predict",
    "risk_curvature",
    "risk_gradient",
    "sgd",
]
