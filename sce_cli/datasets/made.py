"""Made data: points in the plane, of two or three classes, drawn from a seed."""

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


def circles(seed: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Two rings, one within the other, which no straight line separates and x² + y² does.

    Class 0 has radius 1, class 1 radius 0.5, with Gaussian noise of deviation 0.1 in both coordinates. Returns points,
    shape (300, 2), and classes, shape (300,), which take turns.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(POINTS) % 2
    angle = 2 * np.pi * random.random(POINTS)
    radius = np.where(labels == 0, 1.0, 0.5)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + 0.1 * random.normal(size=(POINTS, 2)), labels


def xor(seed: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Four squares like a chessboard's: the class is the sign of x·y, and no straight line is better than a coin.

    Points are spread evenly, at least 0.1 from both axes. Returns points, shape (300, 2), and classes, shape (300,),
    which take turns.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(POINTS) % 2
    x = random.choice([-1.0, 1.0], size=POINTS)
    signs = np.stack([x, np.where(labels == 0, x, -x)], axis=1)
    return signs * random.uniform(0.1, 1.0, size=(POINTS, 2)), labels


def moons(seed: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Two half circles, each of which reaches into the other: a line separates most, a cubic nearly all.

    Class 0 is the upper half of the unit circle, class 1 the lower half of one around (1, 0.5), with Gaussian noise of
    deviation 0.15 in both coordinates. Returns points, shape (300, 2), and classes, shape (300,), which take turns.
    """
    random = np.random.default_rng(seed)
    labels = np.arange(POINTS) % 2
    angle = np.pi * random.random(POINTS)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points = np.where(labels[:, None] == 0, upper, np.array([1.0, 0.5]) - upper)
    return points + 0.15 * random.normal(size=(POINTS, 2)), labels
