"""The same formulas in SciPy and, where it is installed, in torch: by the formula's name, on the same arguments."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import scipy.special  # type: ignore[import-untyped]

from sce_cli.core.checks import Array

Rival = Callable[..., Array]


def edges(jacobian: Array) -> Array:
    """Return the first row and the diagonal of matrices, which are symmetric: shape (N, 2K)."""
    both: Array = np.concatenate([jacobian[:, 0, :], np.diagonal(jacobian, axis1=-2, axis2=-1)], axis=-1)
    return both


def _cross_entropy_from_logits(q: Array, z: Array) -> Array:
    log_p: Array = scipy.special.log_softmax(z, axis=-1)
    losses: Array = -np.where(q > 0, q * log_p, 0).sum(axis=-1)
    return losses


def _cross_entropy_gradient(q: Array, z: Array) -> Array:
    gradient: Array = scipy.special.softmax(z, axis=-1) * q.sum(axis=-1, keepdims=True) - q
    return gradient


def _softmax_jacobian(z: Array) -> Array:
    p = scipy.special.softmax(z, axis=-1)
    return edges(p[:, :, np.newaxis] * (np.eye(z.shape[-1]) - p[:, np.newaxis, :]))


SCIPY_FORMULAS: dict[str, Rival] = {
    "logsumexp": lambda z: scipy.special.logsumexp(z, axis=-1),
    "log_softmax": lambda z: scipy.special.log_softmax(z, axis=-1),
    "softmax": lambda z: scipy.special.softmax(z, axis=-1),
    "cross_entropy_from_logits": _cross_entropy_from_logits,
    "cross_entropy_gradient": _cross_entropy_gradient,
    "softmax_jacobian": _softmax_jacobian,
    "entropy": lambda q: scipy.special.entr(q).sum(axis=-1),
    "cross_entropy": lambda q, p: -scipy.special.xlogy(q, p).sum(axis=-1),
    "kl_divergence": lambda q, p: scipy.special.kl_div(q, p).sum(axis=-1),
    "log_likelihood": lambda n, p: scipy.special.xlogy(n, p).sum(axis=-1),
}
"""`kl_div` is the generalised form, term by term; `rel_entr` would leave out −q + p."""


def torch_formulas() -> dict[str, Rival]:
    """Return torch's formulas in float64, none where torch isn't installed."""
    if find_spec("torch") is None:
        return {}
    import torch
    from torch.nn import functional

    def losses(q: Any, z: Any) -> Any:
        return functional.cross_entropy(z, q, reduction="none")

    def gradient(q: Any, z: Any) -> Any:
        return torch.func.grad(lambda own: losses(q, own).sum())(z)

    def jacobian(z: Any) -> Any:
        return torch.vmap(torch.func.jacrev(lambda row: torch.softmax(row, -1)))(z)

    formulas: dict[str, Callable[..., Any]] = {
        "logsumexp": lambda z: torch.logsumexp(z, -1),
        "log_softmax": lambda z: torch.log_softmax(z, -1),
        "softmax": lambda z: torch.softmax(z, -1),
        "cross_entropy_from_logits": losses,
        "cross_entropy_gradient": gradient,
        "entropy": lambda q: torch.special.entr(q).sum(-1),
        "cross_entropy": lambda q, p: -torch.xlogy(q, p).sum(-1),
        "kl_divergence": lambda q, p: (functional.kl_div(p.log(), q, reduction="none") - q + p).sum(-1),
        "log_likelihood": lambda n, p: torch.xlogy(n, p).sum(-1),
    }

    def of_arrays(formula: Callable[..., Any]) -> Rival:
        return lambda *arrays: formula(*map(torch.from_numpy, arrays)).numpy()

    rivals = {name: of_arrays(formula) for name, formula in formulas.items()}
    return {**rivals, "softmax_jacobian": lambda z: edges(of_arrays(jacobian)(z))}
