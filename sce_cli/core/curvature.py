"""An upper bound of the largest eigenvalue λ of a table's second moments, A = mean x̃x̃ᵀ with x̃ = (x, 1).

A has as many rows as x̃ has entries, and is never built where that would take more memory than half of the table. Its
eigenvalues but 0 are those of the examples' Gram matrix x̃_m·x̃_n/N too, so the shorter side of the table decides:

- a short side: the smaller of the two matrices, and all its eigenvalues;
- two long sides: Lanczos' method, which takes products with the table alone, from a random start g. It gives
  orthonormal q_0 … q_k and the tridiagonal T of A between them, with the diagonal α_j and β_j beside it. T's largest
  eigenvalue is at most λ; that no eigenvalue is x or larger follows from one of two theorems.

For sure: A is positive semi-definite, so no eigenvalue of what A is on the other directions exceeds its trace there,
tr A − tr T. Only q_{k−1} is coupled with them, by β_{k−1}. So yᵀAy is at most the form of T with one more row, of
β_{k−1} and tr A − tr T, at y's parts along q_0 … q_{k−1} and the length of the rest. If all pivots of x minus that
matrix are positive, λ < x.

But for a chance: let v be λ's eigenvector and s_j = q_j·v. Lanczos' recurrence, β_j·s_{j+1} = (λ − α_j)·s_j −
β_{j−1}·s_{j−1}, makes s_j = π_j(λ)·s_0, where π_{j+1}/π_j is the pivot j of λ − T divided by β_j: above T's
eigenvalues these grow with λ. As Σ s_j² ≤ 1, λ ≥ x asks for s_0² = (g·v)²/‖g‖² ≤ 1/Σ π_j(x)². But g·v is a standard
normal number, and the chance that |g·v| ≤ δ is below δ·√(2/π). Without any chance, products can't bound λ at all: what
is orthogonal to a start that isn't random stays unseen, however many are taken.

Source: B. N. Parlett, "The Symmetric Eigenvalue Problem" (1980), chapters 10 and 13; J. Kuczyński, H. Woźniakowski,
"Estimating the largest eigenvalue by the power and Lanczos algorithms with a random start", SIAM J. Matrix Analysis and
Applications 13 (1992); J. L. M. van Dorsselaer, M. E. Hochstenbach, H. A. van der Vorst, "Computing probabilistic
bounds for extreme eigenvalues of symmetric matrices with the Lanczos method", the same 22 (2000).
"""

import math
from dataclasses import dataclass, field

import numpy as np

from sce_cli.core.blocks import CACHED, blocks
from sce_cli.core.checks import Array
from sce_cli.core.compare import EPSILON

MOST_SIDE = 1024
"""The longest side of a matrix that is built: it takes about as long as Lanczos' method would."""

LITTLE = 3 * CACHED
"""Numbers that may be held whatever the table's size: a megabyte and a half."""

PRODUCTS = 96
"""Products with the table that are taken at most; each reads it once, as an epoch of training does."""

TIGHT = 1e-4
"""How far above a known eigenvalue, relatively, the bound may be when Lanczos' method ends before that."""

CHANCE = 1e-12
"""The chance that the second theorem is granted: fewer than one table in a million million."""


def largest_moment(features: Array) -> float:
    """Return an upper bound of the largest eigenvalue of mean x̃x̃ᵀ, with x̃ = (x, 1); ∞ where it overflows.

    features: x, shape (N, D). The bound allows for its own rounding. Otherwise it is exact where the shorter side has
    up to a thousand rows or columns. Else it's at most 1e-4 above, relatively, where the largest eigenvalue stands out
    or the table has a low rank, and up to a few hundredths above where very many are nearly as large.
    """
    examples, width = features.shape
    side = min(examples, width + 1)
    built = side <= MOST_SIDE and 2 * side**2 + CACHED <= max(examples * width // 2, LITTLE)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        bound = _of_the_smaller_matrix(features) if built else _by_lanczos(features)
    return bound if bound < np.inf else np.inf


def _of_the_smaller_matrix(features: Array) -> float:
    """Return the largest eigenvalue, and what its rounding may be: ε of the trace for each addition and each row."""
    examples, width = features.shape
    long, side = max(examples, width), min(examples, width + 1)
    length = min(max(CACHED // side, 1), long)
    matrix = (_gram_matrix if examples <= width else _moments)(features, length)
    trace = float(matrix.trace()) / len(features)
    if not np.isfinite(matrix).all() or not trace < np.inf:
        return np.inf
    roundings = side + length + long // length + 2
    largest = float(np.linalg.eigvalsh(matrix)[-1]) / len(features)
    return largest + float(roundings * EPSILON * trace)


def _gram_matrix(features: Array, length: int) -> Array:
    """Return x̃_m·x̃_n for each two examples, shape (N, N), from `length` features at a time."""
    examples, width = features.shape
    matrix = np.ones((examples, examples))
    for columns in blocks(width, length):
        some = features[:, columns].astype(np.float64, copy=False)
        matrix += some @ some.T
    return matrix


def _moments(features: Array, length: int) -> Array:
    """Return Σ x̃x̃ᵀ, shape (D + 1, D + 1), from `length` examples at a time."""
    examples, width = features.shape
    matrix = np.zeros((width + 1, width + 1))
    for rows in blocks(examples, length):
        some = np.column_stack([features[rows], np.ones(rows.stop - rows.start)])
        matrix += some.T @ some
    return matrix


@dataclass
class _Tridiagonal:
    """Lanczos' T, row by row, and what is concluded from it; all of A/tr A, whose trace is 1.

    diagonal, beside: α_j, β_j. rarity: ‖g‖²/δ², which Σ π_j(x)² must reach. rounding: that of a product.
    """

    rarity: float
    rounding: float
    diagonal: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def largest_eigenvalue(self) -> float:
        """Return the largest eigenvalue of T: A has one that is at least as large."""
        coupling = self.beside[:-1]
        return float(np.linalg.eigvalsh(np.diag(self.diagonal) + np.diag(coupling, -1))[-1])

    def is_below(self, x: float) -> bool:
        """Whether every eigenvalue of A is below x: for sure, or but for the chance."""
        polynomial, squares, coupled = 1.0, 1.0, 0.0
        for alpha, beta in zip(self.diagonal, self.beside, strict=True):
            pivot = x - alpha - coupled
            if pivot <= 0:
                return False
            coupled = beta * (beta / pivot)
            polynomial *= pivot / max(beta, self.rounding)
            squares += polynomial * polynomial
        rest = 1 - math.fsum(self.diagonal) + len(self.diagonal) * self.rounding
        return x - rest - coupled > 0 or squares >= self.rarity

    def bound(self) -> float:
        """Return the least x, to a few digits, that every eigenvalue of A is below; at most 1, its trace."""
        low, high = self.largest_eigenvalue(), 1.0
        while high - low > TIGHT / 100 * high:
            middle = (low + high) / 2
            low, high = (low, middle) if self.is_below(middle) else (middle, high)
        return high + self.rounding


def _by_lanczos(features: Array) -> float:
    """Return the bound by Lanczos' method, applied to A/tr A, lest its numbers overflow."""
    examples, width = features.shape
    trace = _mean_square(features) + 1
    if not trace < np.inf:
        return np.inf
    length = max(CACHED // width, 1)
    start = np.random.default_rng(0).standard_normal(width + 1)
    rarity = 2 / math.pi * float(start @ start) / CHANCE**2
    seen = _Tridiagonal(rarity, (width + length + examples // length + PRODUCTS) * EPSILON)
    basis, following = np.empty((PRODUCTS, width + 1)), start
    for known in range(1, PRODUCTS + 1):
        basis[known - 1] = following / np.linalg.norm(following)
        following = _product(features, basis[known - 1]) / trace
        seen.diagonal.append(float(basis[known - 1] @ following))
        for _ in range(2):  # once leaves roundings, which would bring the largest eigenvectors back
            following -= (basis[:known] @ following) @ basis[:known]
        seen.beside.append(float(np.linalg.norm(following)))
        if not following.any() or seen.is_below((1 + TIGHT) * seen.largest_eigenvalue()):
            break
    return seen.bound() * trace


def _mean_square(features: Array) -> float:
    """Return mean ‖x‖²."""
    examples, width = features.shape
    total = 0.0
    for rows in blocks(examples, CACHED // width):
        some = features[rows].astype(np.float64, copy=False)
        total += float(np.einsum("nd,nd->", some, some))
    return total / len(features)


def _product(features: Array, direction: Array) -> Array:
    """Return mean x̃·(x̃ᵀv), shape (D + 1,), reading the table once."""
    examples, width = features.shape
    product = np.zeros(width + 1)
    for rows in blocks(examples, CACHED // width):
        some = features[rows].astype(np.float64, copy=False)
        along = (some @ direction[:-1] + direction[-1]) / examples
        product[:-1] += along @ some
        product[-1] += along.sum()
    return product
