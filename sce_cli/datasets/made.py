"""Made data: points in the plane, of three classes, drawn from a seed."""

import numpy as np
from numpy.typing import NDArray

POINTS = 300

CLASS_NAMES = ("a", "b", "c")
CLASSES = len(CLASS_NAMES)

RADIUS = 2.3
"""The centres' distance from the origin: the nearest centre is then the right one for about 95 % of the points."""


def blobs(seed: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Three round Gaussian clouds that overlap: lines separate most of the points, and no lines all of them.

    Class k has the centre RADIUS·(cos(2πk/3), sin(2πk/3)) and unit variance. Returns points, shape (300, 2), and
    classes, shape (300,), which take turns.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(POINTS) % CLASSES
    angle = 2 * np.pi * labels / CLASSES
    centres = RADIUS * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return centres + random.normal(size=(POINTS, 2)), labels


def spiral(seed: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Three arms that wind around each other, which no straight lines tell apart.

    Along its arm a point of class k goes out from the centre at radius r = 0 ... 1 and angle 4(k + r) plus Gaussian
    noise of deviation 0.2. Returns points, shape (300, 2), and classes, shape (300,), which take turns.
    Source: the toy spiral of Stanford's course CS231n, "Minimal neural network case study".
    """
    random = np.random.default_rng(seed)
    labels = np.arange(POINTS) % CLASSES
    radius = np.repeat(np.linspace(0, 1, POINTS // CLASSES), CLASSES)
    angle = 4 * (labels + radius) + 0.2 * random.normal(size=POINTS)
    return radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), labels
