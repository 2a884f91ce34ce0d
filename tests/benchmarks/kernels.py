"""The inner loops, beside the least that they need and beside what SciPy and torch take for the same numbers."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from sce_cli.core.checks import Array
from sce_cli.core.classifier import Labels, Objective, mean_loss_and_gradient
from tests.benchmarks.measuring import CORES, PAUSE, Line, Timed, compared, leave_out, work

PAIRS = 25


def drawn_objective(examples: int, width: int, classes: int) -> tuple[Objective, Array]:
    """Return an objective of normal features and random classes, and some parameters, shape (K, D + 1)."""
    random = np.random.default_rng(0)
    features = random.normal(size=(examples, width))
    objective = Objective(features, random.integers(classes, size=examples), classes, l2=1e-3)
    return objective, random.normal(size=objective.shape) / np.sqrt(width)


def drawn_scores(examples: int, classes: int) -> tuple[Array, Labels]:
    """Return normal scores, class-major, shape (K, N), and random classes, shape (N,)."""
    random = np.random.default_rng(0)
    return 3 * random.normal(size=(classes, examples)), random.integers(classes, size=examples)


def two_products(objective: Objective, parameters: Array) -> Callable[[], object]:
    """Return the two matrix products of a step, W Xᵀ and G X, without anything between them."""
    weights, x = np.ascontiguousarray(parameters[:, :-1]), objective.features
    g = np.random.default_rng(1).normal(size=(objective.classes, len(x)))
    return lambda: (weights @ x.T, g @ x)


def torch_step(objective: Objective, parameters: Array) -> Callable[[], Array]:
    """Return torch's linear layer with cross-entropy, forward and backward; it gives its gradient as [W b].

    The L2 term is left out: torch gains by it.
    """
    import torch

    x, y = torch.from_numpy(objective.features), torch.from_numpy(objective.labels)
    theta = [torch.tensor(part, requires_grad=True) for part in (parameters[:, :-1], parameters[:, -1])]

    def step() -> Array:
        loss = torch.nn.functional.cross_entropy(torch.nn.functional.linear(x, *theta), y)
        return np.column_stack([part.numpy() for part in torch.autograd.grad(loss, theta)])

    return step


def scipy_softmaxes(scores: Array) -> Callable[[], tuple[Array, Array]]:
    """Return SciPy's softmax and log-softmax of the scores, row-major; it gives them, shape (N, K)."""
    from scipy import special  # type: ignore[import-untyped]

    rows = np.ascontiguousarray(scores.T)
    return lambda: (special.softmax(rows, axis=1), special.log_softmax(rows, axis=1))


def torch_cross_entropy(scores: Array, labels: Labels) -> Callable[[], tuple[float, Array]]:
    """Return torch's cross-entropy, forward and backward; it gives the loss and the gradient, shape (N, K)."""
    import torch

    z, y = torch.tensor(np.ascontiguousarray(scores.T), requires_grad=True), torch.from_numpy(labels)

    def loss_and_gradient() -> tuple[float, Array]:
        loss = torch.nn.functional.cross_entropy(z, y)
        (gradient,) = torch.autograd.grad(loss, z)
        return loss.item(), gradient.numpy()

    return loss_and_gradient


def kernel(scores: Array, labels: Labels) -> Timed:
    """Return the timing of the loss and its gradient over the scores, of which it overwrites a fresh copy."""
    copy = np.empty_like(scores)

    def timed() -> float:
        time.sleep(PAUSE)
        copy[:] = scores
        start = time.perf_counter()
        mean_loss_and_gradient(copy, labels)
        return time.perf_counter() - start

    return timed


def lines() -> Iterator[Line]:
    """Yield the lines of the table."""
    yield from _step_lines()
    yield from _score_lines()


def _step_lines() -> Iterator[Line]:
    objective, parameters = drawn_objective(5000, 784, 10)
    what = "loss and gradient, 5,000 × 784, K = 10"
    ours = work(lambda: objective.evaluate(parameters), 20)
    products = work(two_products(objective, parameters), 20)
    yield compared(what, "its two matrix products", ours, products, limit=1.25, pairs=PAIRS)
    try:
        import torch
    except ImportError:
        return leave_out("torch")
    torch.set_num_threads(CORES)
    theirs = work(torch_step(objective, parameters), 20)
    yield compared(what, f"torch, {CORES} threads", ours, theirs, limit=1.0, pairs=PAIRS)


def _score_lines() -> Iterator[Line]:
    scores, labels = drawn_scores(1_000_000, 10)
    what = "softmax, mean loss and gradient, 1,000,000, K = 10"
    ours, exponential = kernel(scores, labels), np.empty_like(scores)
    least = work(lambda: np.exp(scores, out=exponential))
    yield compared(what, "np.exp of the same array", ours, least, limit=6.0, pairs=PAIRS)
    try:
        theirs = work(scipy_softmaxes(scores))
    except ImportError:
        leave_out("scipy")
    else:
        yield compared(what, "SciPy's softmax and log_softmax", ours, theirs, limit=0.25, pairs=PAIRS)
    try:
        import torch
    except ImportError:
        return leave_out("torch")
    torch.set_num_threads(1)
    theirs = work(torch_cross_entropy(scores, labels))
    yield compared(what, "torch, 1 thread", ours, theirs, limit=0.35, pairs=PAIRS)
