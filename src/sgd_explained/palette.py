"""Colours by what they mean, on a light page and on a dark one.

A colour of this module is a string that Matplotlib takes, the one for a light page; its attribute
``dark`` is its partner on a dark page. ``plt.style.use("sgd_explained.site")`` sets all else that
a figure of the site looks like::

    import matplotlib.pyplot as plt

    from sgd_explained.palette import PREDICTED, WALKER

    plt.style.use("sgd_explained.site")
    plt.plot([0.01, 0.02], [0.1, 0.2], color=PREDICTED)
    plt.plot([0.01, 0.02], [0.11, 0.19], "o", color=WALKER)

The data colours of a page are told apart by readers who see two kinds of cones only.
"""

from typing import Self


class Colour(str):
    """A colour on a light page, with its partner on a dark page.

    Parameters
    ----------
    light, dark : str
        Colours as ``#`` and six hexadecimal digits.

    Attributes
    ----------
    dark : str
        The colour on a dark page.

    Examples
    --------
    >>> from sgd_explained.palette import PAGE
    >>> PAGE, PAGE.dark
    ('#ffffff', '#131416')
    """

    __slots__ = ("dark",)
    dark: str

    def __new__(cls, light: str, dark: str) -> Self:
        """Make a colour of its two shades."""
        colour = super().__new__(cls, light)
        colour.dark = dark
        return colour

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Tell a copy what it is made of."""
        return type(self), (str(self), self.dark)


# Who walks, and on what.
WALKER = Colour("#c2410c", "#ff8a47")
"""Walkers of SGD, and what was measured of them."""
DESCENT = Colour("#7a1f9c", "#c270ea")
"""Gradient descent."""
LOSS = Colour("#0b66d0", "#72bbff")
"""The loss of one input, and its gradient."""
RISK = Colour("#007a5e", "#36b885")
"""The risk, the mean loss of all inputs, with its slope and its minima."""

# What is set beside them.
PREDICTED = Colour("#1b1f24", "#e8eaed")
"""What a theorem or an exact computation predicts."""
RIVAL = Colour("#5f4300", "#f3da70")
"""What the main actor of a figure is compared with: another rule, or another schedule."""
GUIDE = Colour("#5b6470", "#a3adb8")
"""Lines and words that help to read a figure: starts, walls, axes."""

# The page.
INK = Colour("#1b1f24", "#e8eaed")
"""Text, and points that a curve has by itself."""
GRID = Colour("#d9dee3", "#363c44")
"""Lines of a grid."""
PAGE = Colour("#ffffff", "#131416")
"""The page under all."""
FIELD = Colour("#f3f5f7", "#202327")
"""Fields that stand out from the page a little."""
PRESS = Colour("#0b5aa8", "#6cb2f5")
"""Links, and what can be pressed."""

ROLES = {
    "walker": WALKER,
    "descent": DESCENT,
    "loss": LOSS,
    "risk": RISK,
    "predicted": PREDICTED,
    "rival": RIVAL,
    "guide": GUIDE,
    "ink": INK,
    "grid": GRID,
    "page": PAGE,
    "field": FIELD,
    "press": PRESS,
}
"""The colours under the names of their roles."""

MEASURED = WALKER
"""What was measured: it is walkers that are measured here."""

INPUTS = (
    Colour("#0a2a5c", "#5c86e0"),
    Colour("#0b55b0", "#6fb4f7"),
    Colour("#0d7f9f", "#a5eef0"),
)
"""Losses of several inputs, from the smallest input to the largest."""

VALLEYS = (
    Colour("#04382a", "#0f9f74"),
    Colour("#4aa886", "#c4f0dd"),
    Colour("#0f7f60", "#5fd0a6"),
)
"""Valleys of a risk with a trap: the deepest, the trap, and the one of medium depth."""

SHARES = "cividis"
"""Matplotlib's map of colours for shares from 0 to 1."""
