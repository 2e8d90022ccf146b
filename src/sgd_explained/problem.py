"""The names of the first edition's module of this name; they live in `losses` and `risk` now."""

from .losses import loss, loss_derivative, loss_second_derivative
from .risk import empirical_risk, gradient, predict, risk_curvature, risk_gradient

__all__ = [
    "empirical_risk",
    "gradient",
    "loss",
    "loss_derivative",
    "loss_second_derivative",
    "predict",
    "risk_curvature",
    "risk_gradient",
]
