"""How students write the functions: right in many manners, and wrong in the ways that have a name."""

NUMPY = "import numpy as np\n"
STABLE = """
def soft(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""

RIGHT: dict[str, str] = {
    "softmax, comprehensions": """
import math

def softmax(z):
    if hasattr(z[0], "__len__"):
        return [softmax(row) for row in z]
    top = max(z)
    powers = [math.exp(value - top) for value in z]
    return [power / sum(powers) for power in powers]
""",
    "softmax, lists of lists only": """
import math

def softmax(z):
    if isinstance(z[0], list):
        return [softmax(row) for row in z]
    top = max(z)
    powers = [math.exp(value - top) for value in z]
    total = math.fsum(powers)
    return [power / total for power in powers]
""",
    "softmax, one example only": """
def softmax(z):
    if z.ndim != 1:
        raise ValueError("one example")
    e = np.exp(z - z.max())
    return e / e.sum()
""",
    "softmax, rows only": """
def softmax(x):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
""",
    "softmax, rows only, the axis a parameter": """
def softmax(x, axis=1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
""",
    "softmax, first axis by default": """
def softmax(x, axis=0):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
""",
    "softmax, columns by transposing": """
def softmax(x):
    if x.ndim == 2:
        x = x.T
        x = x - np.max(x, axis=0)
        y = np.exp(x) / np.sum(np.exp(x), axis=0)
        return y.T
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))
""",
    "softmax, a temperature": """
def softmax(z, temperature):
    s = np.asarray(z) / temperature
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
""",
    "softmax, a temperature by default": """
def softmax(scores, T=1.0):
    scores = np.array(scores, dtype=np.float64) / T
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)
""",
    "softmax, keyword axis": """
def softmax(z, *, axis):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
""",
    "softmax, from log softmax": """
def log_softmax(z):
    top = np.max(z, axis=-1, keepdims=True)
    return z - (top + np.log(np.sum(np.exp(z - top), axis=-1, keepdims=True)))

def softmax(z):
    return np.exp(log_softmax(z))
""",
    "softmax, logaddexp": """
def log_softmax(z):
    return z - np.logaddexp.reduce(z, axis=-1, keepdims=True)

def softmax(z):
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))
""",
    "softmax, einsum": """
def softmax(z):
    z = np.atleast_2d(z)
    e = np.exp(z - z.max(1)[:, None])
    return np.squeeze(np.einsum("nk,n->nk", e, 1 / np.einsum("nk->n", e)))
""",
    "softmax, matrix": """
def softmax(z):
    z = np.matrix(z)
    e = np.exp(z - z.max(axis=1))
    return e / e.sum(axis=1)
""",
    "softmax, apply_along_axis": """
def softmax(z):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()
    return np.apply_along_axis(one, -1, z)
""",
    "softmax, loops into an array": """
def softmax(z):
    z = np.array(z, dtype=float)
    rows = z.reshape(-1, z.shape[-1])
    out = np.zeros_like(rows)
    for i in range(rows.shape[0]):
        m = -np.inf
        for v in rows[i]:
            if v > m:
                m = v
        s = 0.0
        for j in range(rows.shape[1]):
            out[i, j] = np.exp(rows[i, j] - m)
            s += out[i, j]
        out[i] /= s
    return out.reshape(z.shape)
""",
    "softmax, in a copy": """
def softmax(z):
    z = z.copy()
    z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=-1, keepdims=True)
    return z
""",
    "softmax, a class": """
class Softmax:
    def forward(self, z):
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        self.out = e / e.sum(axis=-1, keepdims=True)
        return self.out

    def backward(self, dout):
        return self.out * (dout - (dout * self.out).sum(axis=-1, keepdims=True))
""",
    "softmax, a method": """
class Network:
    def __init__(self, sizes):
        self.sizes = sizes

    def softmax(self, x):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
""",
    "softmax, a static method": """
class Functions:
    @staticmethod
    def softmax(x):
        e = np.exp(x - np.max(x, axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
""",
    "softmax, the naive one beside": """
def naive_softmax(x):
    return np.exp(x) / np.sum(np.exp(x))

def softmax_naive(x):
    return np.exp(x) / np.sum(np.exp(x))

def stable_softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
    "softmax, an epsilon that changes nothing": """
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / (e.sum(axis=-1, keepdims=True) + 1e-15)
""",
    "log softmax, the list": """
import math

def log_softmax(z):
    if hasattr(z[0], "__len__"):
        return [log_softmax(row) for row in z]
    top = max(z)
    total = math.log(sum(math.exp(v - top) for v in z)) + top
    return [v - total for v in z]
""",
    "entropy, where": """
def entropy(q):
    q = np.asarray(q)
    return -np.sum(np.where(q > 0, q * np.log(np.where(q > 0, q, 1)), 0))
""",
    "entropy, a mask": """
def entropy(p):
    p = p[p > 0]
    return -(p * np.log(p)).sum()
""",
    "entropy, nan_to_num": """
def entropy(p):
    with np.errstate(all="ignore"):
        return -np.nansum(p * np.log(p))
""",
    "entropy, a small epsilon": """
def entropy(p):
    return -np.sum(p * np.log(p + 1e-15))
""",
    "entropy, a loop": """
from math import log

def entropy(q):
    h = 0
    for v in q:
        if v != 0:
            h -= v * log(v)
    return h
""",
    "cross-entropy, a mask": """
def cross_entropy(q, p):
    keep = q > 0
    with np.errstate(divide="ignore"):
        return -np.sum(q[keep] * np.log(p[keep]))
""",
    "cross-entropy, pure Python": """
import math

def cross_entropy(q, p):
    return -sum(a * math.log(b) for a, b in zip(q, p) if a > 0)

def kl_divergence(q, p):
    return sum(a * math.log(a / b) for a, b in zip(q, p) if a > 0)
""",
    "cross-entropy, infinity by hand": """
import math

def cross_entropy(q, p):
    total = 0.0
    for a, b in zip(q, p):
        if a == 0:
            continue
        if b == 0:
            return float("inf")
        total -= a * math.log(b)
    return total
""",
    "cross-entropy, prediction first": """
def cross_entropy(y_pred, y_true):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.sum(np.where(y_true > 0, y_true * np.log(y_pred), 0))
""",
    "cross-entropy, (p, q) with the target first": """
def cross_entropy(p, q):
    with np.errstate(all="ignore"):
        return -np.sum(np.where(p > 0, p * np.log(q), 0))
""",
    "cross-entropy, (p, q) with the prediction first": """
def cross_entropy(p, q):
    with np.errstate(all="ignore"):
        return -np.sum(np.where(q > 0, q * np.log(p), 0))
""",
    "cross-entropy, D2L": """
def cross_entropy(y_hat, y):
    return -np.log(y_hat[range(len(y_hat)), y])
""",
    "cross-entropy, mean by labels": """
def cross_entropy_loss(probs, labels):
    n = len(labels)
    with np.errstate(divide="ignore"):
        return -np.log(probs[np.arange(n), labels]).sum() / n
""",
    "cross-entropy, labels or one-hot": """
def cross_entropy_error(y, t):
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    with np.errstate(divide="ignore"):
        return -np.sum(np.log(y[np.arange(batch_size), t])) / batch_size
""",
    "cross-entropy, one-hot batch": """
def cross_entropy(y_true, y_pred):
    with np.errstate(all="ignore"):
        return np.mean(-np.sum(np.where(y_true > 0, y_true * np.log(y_pred), 0), axis=1))
""",
    "cross-entropy, of scores": """
def cross_entropy(logits, labels):
    top = logits.max(axis=1, keepdims=True)
    lse = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))
    return np.mean(lse - logits[np.arange(len(labels)), labels])
""",
    "cross-entropy, (X, y)": """
def cross_entropy(X, y):
    m = y.shape[0]
    X = X - X.max(axis=1, keepdims=True)
    log_p = X - np.log(np.exp(X).sum(axis=1, keepdims=True))
    return -log_p[range(m), y].sum() / m
""",
    "kl, cross-entropy less entropy": """
def _h(q, p):
    with np.errstate(divide="ignore"):
        return -sum(a * np.log(b) for a, b in zip(q, p) if a > 0)

def kl_divergence(q, p):
    return _h(q, p) - _h(q, q)
""",
    "kl, (p, q)": """
def kl_divergence(p, q):
    p, q = np.asarray(p), np.asarray(q)
    mask = p != 0
    with np.errstate(divide="ignore"):
        return np.sum(p[mask] * np.log(p[mask] / q[mask]))
""",
    "kl, a name of its own": """
def KL(P, Q):
    with np.errstate(divide="ignore"):
        return sum(P[i] * np.log(P[i] / Q[i]) for i in range(len(P)) if P[i] > 0)
""",
    "loss, loops": """
import math

def loss(z, labels):
    total = 0
    for row, label in zip(z, labels):
        top = max(row)
        total += top + math.log(sum(math.exp(v - top) for v in row)) - row[label]
    return total / len(labels)
""",
    "loss, CS231n": """
def softmax_loss(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
""",
    "loss, CMU": """
def softmax_loss(Z, y):
    top = Z.max(axis=1)
    return (np.log(np.exp(Z - top[:, None]).sum(axis=1)) + top - Z[np.arange(y.size), y]).mean()
""",
    "loss, one-hot": """
def loss(z, y_one_hot):
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -(y_one_hot * log_p).sum(axis=1).mean()
""",
    "loss, labels first": """
def loss(y_true, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(y_true)), y_true].mean()
""",
    "loss, a class with state": """
class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        x = x - x.max(axis=1, keepdims=True)
        self.log_y = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
        self.loss = -self.log_y[np.arange(len(t)), t].mean()
        return self.loss

    def backward(self, dout=1):
        dx = np.exp(self.log_y)
        dx[np.arange(len(self.t)), self.t] -= 1
        return dx / len(self.t)
""",
    "loss, called": """
class CrossEntropyLoss:
    def __call__(self, output, target):
        z = output - output.max(1, keepdims=True)
        return (np.log(np.exp(z).sum(1)) - z[np.arange(len(target)), target]).mean()
""",
    "loss, torch-like rows": """
def softmax_cross_entropy(logits, targets):
    m = logits.max(axis=-1, keepdims=True)
    return np.mean(np.log(np.exp(logits - m).sum(-1)) + m[:, 0] - np.take_along_axis(logits, targets[:, None], 1)[:, 0])
""",
    "loss, (probs, loss)": """
class SoftmaxCrossEntropy:
    def forward(self, x, y):
        s = x - np.max(x, axis=1, keepdims=True)
        log_p = s - np.log(np.sum(np.exp(s), axis=1, keepdims=True))
        return np.exp(log_p), -np.sum(log_p[np.arange(len(y)), y]) / len(y)
""",
    "loss, one example": """
def loss(z, label):
    z = z - np.max(z)
    if z.ndim > 1:
        raise ValueError
    return np.log(np.sum(np.exp(z))) - z[label]
""",
    "gradient, one-hot difference": STABLE
    + """
def gradient(z, labels):
    return (soft(z) - np.eye(z.shape[1])[labels]) / z.shape[0]
""",
    "gradient, the chain with the Jacobian": STABLE
    + """
def gradient(z, labels):
    p = soft(z)
    out = np.zeros_like(p)
    for n in range(len(p)):
        J = np.diag(p[n]) - np.outer(p[n], p[n])
        q = np.zeros(p.shape[1])
        q[labels[n]] = 1
        out[n] = J @ (-q / p[n])
    return out / len(p)
""",
    "gradient, einsum": STABLE
    + """
def gradient(z, labels):
    p = soft(z)
    J = np.einsum("nk,kj->nkj", p, np.eye(p.shape[1])) - np.einsum("nk,nj->nkj", p, p)
    q = np.eye(p.shape[1])[labels]
    return np.einsum("nkj,nj->nk", J, -q / p) / len(p)
""",
    "gradient, another name": STABLE
    + """
def grad_softmax_ce(logits, y):
    p = soft(logits)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)

def softmax_cross_entropy_grad(logits, y):
    return grad_softmax_ce(logits, y)
""",
    "gradient, of probabilities": """
def cross_entropy_grad(probs, labels):
    g = probs.copy()
    g[np.arange(len(labels)), labels] -= 1
    return g / len(labels)
""",
    "gradient, (X, y)": STABLE
    + """
def delta_cross_entropy(X, y):
    m = y.shape[0]
    grad = soft(X)
    grad[range(m), y] -= 1
    grad = grad / m
    return grad
""",
    "gradient, pure Python": """
import math

def gradient(z, labels):
    result = []
    for row, label in zip(z, labels):
        top = max(row)
        e = [math.exp(v - top) for v in row]
        s = sum(e)
        result.append([(v / s - (k == label)) / len(z) for k, v in enumerate(e)])
    return result
""",
    "weights, matmul": STABLE
    + """
def weight_gradient(x, z, labels):
    g = soft(z)
    g[np.arange(len(labels)), labels] -= 1
    return g.T @ x / len(x)
""",
    "weights, outer products": STABLE
    + """
def weight_gradient(x, z, labels):
    total = np.zeros((z.shape[1], x.shape[1]))
    for xi, zi, k in zip(x, z, labels):
        e = np.exp(zi - zi.max())
        p = e / e.sum()
        p[k] -= 1
        total += np.outer(p, xi)
    return total / len(x)
""",
    "weights, other order": STABLE
    + """
def grad_w(logits, labels, features):
    g = (soft(logits) - np.eye(logits.shape[1])[labels]) / len(labels)
    return np.einsum("nk,nd->kd", g, features)
""",
    "weights, with the bias's in a pair": STABLE
    + """
def weight_gradient(x, z, labels):
    g = (soft(z) - np.eye(z.shape[1])[labels]) / len(labels)
    return g.T @ x, g.sum(axis=0)
""",
    "entropy, the base a parameter": """
def entropy(p, base=2):
    p = p[p > 0]
    return -(p * np.log(p)).sum() / np.log(base)
""",
    "softmax, beside a model": """
def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

class TwoLayerNet:
    def __init__(self, size=3):
        self.W = np.zeros((size, size))

    def loss(self, x, t):
        return ((x @ self.W - t) ** 2).mean()

    def gradient(self, x, t):
        return x.T @ (x @ self.W - t)

    def entropy(self, x):
        return self.nothing_yet * x

def grad(f, x):
    return f(x + 1) - f(x)
""",
    "loss, a reduction and types": """
from typing import Literal

def cross_entropy_loss(logits: np.ndarray, targets: np.ndarray, reduction: Literal["mean", "sum"] = "mean") -> float:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_probs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    losses = -np.take_along_axis(log_probs, targets.astype(int)[:, None], axis=-1)
    return float(losses.mean() if reduction == "mean" else losses.sum())
""",
    "softmax, two versions": """
def softmax_v1(z):
    return np.exp(z) / np.sum(np.exp(z))

def softmax_v2(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
    "softmax, a generator": """
import math

def softmax(z):
    top = max(z)
    powers = [math.exp(v - top) for v in z]
    for power in powers:
        yield power / sum(powers)
""",
    "softmax, maps": """
import math

def softmax(z):
    if hasattr(z[0], "__len__"):
        return map(softmax, z)
    top = max(z)
    total = sum(map(lambda v: math.exp(v - top), z))
    return map(lambda v: math.exp(v - top) / total, z)
""",
    "softmax, finite scores only": """
def softmax(z):
    assert np.isfinite(z).all(), "finite scores"
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
    "cross-entropy, one label": """
def cross_entropy(probs, label):
    return -np.log(probs[label])
""",
    "loss, a pair with names": """
from typing import NamedTuple

class Result(NamedTuple):
    loss: float
    grad: np.ndarray

def softmax_cross_entropy(logits, labels):
    log_p = logits - logits.max(axis=1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    grad = np.exp(log_p)
    grad[np.arange(len(labels)), labels] -= 1
    return Result(-log_p[np.arange(len(labels)), labels].mean(), grad / len(labels))
""",
    "loss, a dictionary": """
def loss(z, labels):
    log_p = z - z.max(axis=1, keepdims=True)
    log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    grad = np.exp(log_p)
    grad[np.arange(len(labels)), labels] -= 1
    return {"loss": -log_p[np.arange(len(labels)), labels].mean(), "grad": grad / len(labels)}
""",
    "objects that can't be looked at": """
import sys

class Lazy:
    def __getattr__(self, name):
        raise ValueError(name)

class Closed(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)

class Shut(metaclass=Closed):
    pass

class CrossEntropy:
    def __init__(self):
        sys.exit(1)

    def forward(self, z):
        return z

lazy = Lazy()

def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
    "all in Python of lists, the loss of scores": """
import math

def _lse(row):
    top = max(row)
    return top + math.log(sum(math.exp(v - top) for v in row))

def loss(z, labels):
    return sum(_lse(z[i]) - z[i][labels[i]] for i in range(len(z))) / len(z)
""",
}
"""Programs in which every function is right, by what is particular about them; NumPy is imported where np is used."""

OTHERS: dict[str, str] = {
    "the entropy of labels": """
def entropy(y):
    _, counts = np.unique(y, return_counts=True)
    p = counts / counts.sum()
    return -np.sum(p * np.log2(p))
""",
    "the entropy of counted labels": """
from collections import Counter
import math

def entropy(labels):
    return -sum(c / len(labels) * math.log(c / len(labels)) for c in Counter(labels).values())
""",
    "the entropy of small numbers": """
def entropy(y):
    p = np.bincount(y) / len(y)
    return -np.sum([v * np.log2(v) for v in p if v > 0])
""",
    "KL of a Gaussian": """
def kl_divergence(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
""",
    "a class to be filled in": """
class Loss:
    def loss(self, y_true, y_pred):
        return NotImplementedError()
""",
}
"""Programs with a function of one of our names that is another one, or isn't there yet."""

_GRADIENT = (
    STABLE + "\ndef gradient(z, labels):\n    p = soft(z)\n    n = len(labels)\n    q = np.eye(z.shape[1])[labels]\n"
)
_WEIGHTS = (
    STABLE + "\ndef weight_gradient(x, z, labels):\n    n = len(x)\n    g = soft(z)\n    g[np.arange(n), labels] -= 1\n"
)
_LOSS = STABLE + "\ndef loss(z, labels):\n    p = soft(z)\n    n = len(labels)\n    q = np.eye(z.shape[1])[labels]\n"
_LOG = (
    "\ndef loss(z, labels):\n    n = len(labels)\n    z = z - z.max(axis=1, keepdims=True)\n"
    "    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))\n"
)

WRONG: list[tuple[str, str, str]] = [
    ("softmax", "overflow", "def softmax(z):\n    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)"),
    (
        "softmax",
        "overflow",
        "import math\ndef softmax(z):\n    if hasattr(z[0], '__len__'):\n        return [softmax(r) for r in z]\n"
        "    e = [math.exp(v) for v in z]\n    return [v / sum(e) for v in e]",
    ),
    (
        "softmax",
        "overflow",
        "def softmax(x, axis=-1):\n    e = np.exp(x)\n    return e / np.sum(e, axis=axis, keepdims=True)",
    ),
    ("softmax", "overflow", "def softmax(z):\n    z = np.asarray(z)\n    return (np.exp(z).T / np.exp(z).T.sum(0)).T"),
    (
        "softmax",
        "one-maximum-for-all",
        "def softmax(z):\n    e = np.exp(z - np.amax(z))\n    return e / e.sum(-1)[..., None]",
    ),
    (
        "softmax",
        "maximum-with-zero",
        "def softmax(z):\n    z = np.asarray(z, float)\n    if z.ndim == 2:\n"
        "        return np.array([softmax(r) for r in z])\n    m = 0\n"
        "    for v in z:\n        if v > m:\n            m = v\n    e = np.exp(z - m)\n    return e / e.sum()",
    ),
    (
        "softmax",
        "wrong-axis",
        "def softmax(z):\n    e = np.exp(z - z.max(axis=0))\n    return e / e.sum(axis=0)",
    ),
    (
        "softmax",
        "wrong-axis",
        "def softmax(z):\n    if z.ndim == 1:\n        e = np.exp(z - z.max())\n        return e / e.sum()\n"
        "    e = np.exp(z - z.max(axis=1, keepdims=True))\n    return e / e.sum(axis=0, keepdims=True)",
    ),
    ("softmax", "wrong-axis", "def softmax(z):\n    return np.exp(z) / sum(np.exp(z))"),
    ("softmax", "normalised-over-all", "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()"),
    ("softmax", "normalised-over-all", "def softmax(x):\n    return np.exp(x) / np.sum(np.exp(x))"),
    (
        "softmax",
        "no-keepdims",
        "def softmax(z):\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return e / e.sum(axis=-1)",
    ),
    (
        "softmax",
        "no-keepdims",
        "def softmax(x):\n    e = np.exp(x - np.max(x, axis=1))\n    return e / np.sum(e, axis=1)",
    ),
    ("softmax", "no-keepdims", "def softmax(x):\n    return np.exp(x) / np.sum(np.exp(x), axis=-1)"),
    ("softmax", "unnormalised", "def softmax(z):\n    return np.exp(z - z.max(axis=-1, keepdims=True))"),
    ("softmax", "unnormalised", "def softmax(z):\n    return np.exp(z)"),
    ("softmax", "linear", "def softmax(z):\n    return z / np.sum(z, axis=-1, keepdims=True)"),
    (
        "softmax",
        "masked-logit",
        "def softmax(z):\n    z = z - z.mean(axis=-1, keepdims=True)\n    z = z - z.max(axis=-1, keepdims=True)\n"
        "    e = np.exp(z)\n    return e / e.sum(axis=-1, keepdims=True)",
    ),
    (
        "softmax",
        "masked-logit",
        "def softmax(z):\n    m = z.max(axis=-1, keepdims=True)\n    z = z - m + 0 * z\n    e = np.exp(z)\n"
        "    return e / e.sum(axis=-1, keepdims=True)",
    ),
    (
        "softmax",
        "changes-its-input",
        "def softmax(z):\n    z -= z.max(axis=-1, keepdims=True)\n    e = np.exp(z)\n"
        "    return e / e.sum(axis=-1, keepdims=True)",
    ),
    (
        "softmax",
        "float32",
        "def softmax(z):\n    z = np.array(z, dtype=np.float32)\n    e = np.exp(z - z.max(-1, keepdims=True))\n"
        "    return e / e.sum(-1, keepdims=True)",
    ),
    (
        "log_softmax",
        "log-of-softmax",
        "def log_softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n"
        "    return np.log(e / e.sum(-1, keepdims=True))",
    ),
    (
        "log_softmax",
        "log-of-softmax",
        "import math\ndef log_softmax(z):\n    if hasattr(z[0], '__len__'):\n"
        "        return [log_softmax(r) for r in z]\n"
        "    e = [math.exp(v - max(z)) for v in z]\n    return [math.log(v / sum(e)) for v in e]",
    ),
    (
        "log_softmax",
        "overflow",
        "def log_softmax(z):\n    return z - np.log(np.sum(np.exp(z), axis=-1, keepdims=True))",
    ),
    (
        "log_softmax",
        "one-maximum-for-all",
        "def log_softmax(z):\n    s = z - np.max(z)\n    return s - np.log(np.sum(np.exp(s), axis=-1, keepdims=True))",
    ),
    (
        "log_softmax",
        "wrong-axis",
        "def log_softmax(z):\n    s = z - np.max(z, axis=0)\n    return s - np.log(np.sum(np.exp(s), axis=0))",
    ),
    (
        "log_softmax",
        "normalised-over-all",
        "def log_softmax(z):\n    s = z - np.max(z)\n    return s - np.log(np.sum(np.exp(s)))",
    ),
    (
        "log_softmax",
        "log-base-2",
        "def log_softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n"
        "    return np.log2(e / e.sum(-1, keepdims=True))",
    ),
    (
        "log_softmax",
        "log-base-2",
        "def log_softmax(z):\n    s = z - z.max(-1, keepdims=True)\n"
        "    return (s - np.log(np.exp(s).sum(-1, keepdims=True))) / np.log(2)",
    ),
    (
        "log_softmax",
        "no-keepdims",
        "def log_softmax(z):\n    s = z - z.max(-1, keepdims=True)\n    return s - np.log(np.exp(s).sum(-1))",
    ),
    (
        "log_softmax",
        "changes-its-input",
        "def log_softmax(z):\n    z -= z.max(axis=-1, keepdims=True)\n"
        "    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))",
    ),
    ("entropy", "zero-times-log-zero", "def entropy(q):\n    return -np.sum(q * np.log(q))"),
    ("entropy", "zero-times-log-zero", "import math\ndef entropy(q):\n    return -sum(v * math.log(v) for v in q)"),
    ("entropy", "sign", "def entropy(q):\n    q = q[q > 0]\n    return np.sum(q * np.log(q))"),
    ("entropy", "log-base-2", "def entropy(q):\n    q = q[q > 0]\n    return -np.sum(q * np.log2(q))"),
    ("entropy", "log-base-2", "from math import log2\ndef entropy(q):\n    return sum(-v * log2(v) for v in q if v)"),
    ("entropy", "epsilon-in-log", "def entropy(q):\n    return -np.sum(q * np.log(q + 1e-7))"),
    (
        "entropy",
        "clipped-prediction",
        "def entropy(q):\n    q = np.clip(q, 1e-6, 1)\n    return -np.sum(q * np.log(q))",
    ),
    ("entropy", "mean-over-classes", "def entropy(q):\n    return -np.mean(q * np.log(q))"),
    (
        "entropy",
        "binary-cross-entropy",
        "def entropy(q):\n    return -np.sum(q * np.log(q) + (1 - q) * np.log(1 - q))",
    ),
    ("cross_entropy", "zero-times-log-zero", "def cross_entropy(q, p):\n    return -np.sum(q * np.log(p))"),
    (
        "cross_entropy",
        "zero-times-log-zero",
        "import math\ndef cross_entropy(q, p):\n    return -sum(a * math.log(b) for a, b in zip(q, p))",
    ),
    ("cross_entropy", "sign", "def cross_entropy(q, p):\n    return np.sum(q * np.log(p))"),
    ("cross_entropy", "log-base-2", "def cross_entropy(q, p):\n    return -np.sum(q * np.log2(p))"),
    ("cross_entropy", "epsilon-in-log", "def cross_entropy(q, p):\n    return -np.sum(q * np.log(p + 1e-15))"),
    ("cross_entropy", "epsilon-in-log", "def cross_entropy(y_hat, y):\n    return -np.sum(y * np.log(y_hat + 1e-9))"),
    ("cross_entropy", "epsilon-in-log", "def cross_entropy(q, p, eps=1e-5):\n    return -(q * np.log(p + eps)).sum()"),
    (
        "cross_entropy",
        "clipped-prediction",
        "def cross_entropy(q, p):\n    p = np.clip(p, 1e-7, 1 - 1e-7)\n    return -np.sum(q * np.log(p))",
    ),
    (
        "cross_entropy",
        "clipped-prediction",
        "def cross_entropy(targets, predictions, epsilon=1e-12):\n    predictions = np.clip(predictions, epsilon, 1.)\n"
        "    return -np.sum(targets * np.log(predictions))",
    ),
    (
        "cross_entropy",
        "clipped-prediction",
        "import math\ndef cross_entropy(q, p):\n    return -sum(a * math.log(max(b, 1e-10)) for a, b in zip(q, p))",
    ),
    ("cross_entropy", "target-and-prediction-swapped", "def cross_entropy(q, p):\n    return -np.sum(p * np.log(q))"),
    (
        "cross_entropy",
        "target-and-prediction-swapped",
        "def cross_entropy(y_pred, y_true):\n    return -np.sum(y_pred * np.log(y_true))",
    ),
    ("cross_entropy", "entropy-of-prediction", "def cross_entropy(q, p):\n    return -np.sum(p * np.log(p))"),
    (
        "cross_entropy",
        "binary-cross-entropy",
        "def cross_entropy(q, p):\n    return -np.sum(q * np.log(p) + (1 - q) * np.log(1 - p))",
    ),
    ("cross_entropy", "mean-over-classes", "def cross_entropy(q, p):\n    return -np.mean(q * np.log(p))"),
    (
        "cross_entropy",
        "mean-over-classes",
        "def cross_entropy(q, p):\n    return -np.sum(q * np.log(p)) / len(q)",
    ),
    (
        "cross_entropy",
        "epsilon-in-log",
        "def cross_entropy_error(y, t):\n    if y.ndim == 1:\n        t = t.reshape(1, t.size)\n"
        "        y = y.reshape(1, y.size)\n"
        "    if t.size == y.size:\n        t = t.argmax(axis=1)\n    n = y.shape[0]\n"
        "    return -np.sum(np.log(y[np.arange(n), t] + 1e-7)) / n",
    ),
    (
        "cross_entropy",
        "sum-not-mean",
        "def cross_entropy_error(y, t):\n    return -np.sum(np.log(y[np.arange(len(t)), t]))",
    ),
    ("kl_divergence", "zero-times-log-zero", "def kl_divergence(q, p):\n    return np.sum(q * np.log(q / p))"),
    (
        "kl_divergence",
        "zero-times-log-zero",
        "def kl_divergence(q, p):\n    return np.sum(q * (np.log(q) - np.log(p)))",
    ),
    ("kl_divergence", "sign", "def kl_divergence(q, p):\n    return np.sum(q * np.log(p / q))"),
    ("kl_divergence", "log-base-2", "def kl_divergence(q, p):\n    return np.sum(q * np.log2(q / p))"),
    (
        "kl_divergence",
        "target-and-prediction-swapped",
        "def kl_divergence(q, p):\n    return np.sum(p * np.log(p / q))",
    ),
    ("kl_divergence", "cross-entropy-for-kl", "def kl_divergence(q, p):\n    return -np.sum(q * np.log(p))"),
    (
        "kl_divergence",
        "epsilon-in-log",
        "def kl_divergence(p, q, eps=1e-10):\n    return np.sum(p * np.log((p + eps) / (q + eps)))",
    ),
    (
        "kl_divergence",
        "clipped-prediction",
        "def kl_divergence(p1, p2):\n    return np.sum(p1 * np.log(np.maximum(p1, 1e-8) / np.maximum(p2, 1e-8)))",
    ),
    ("kl_divergence", "mean-over-classes", "def kl_divergence(q, p):\n    return np.mean(q * np.log(q / p))"),
    ("loss", "sum-not-mean", _LOG + "    return -log_p[np.arange(n), labels].sum()"),
    ("loss", "mean-over-entries", _LOG + "    return -np.mean(np.eye(z.shape[1])[labels] * log_p)"),
    ("loss", "sign", _LOG + "    return log_p[np.arange(n), labels].mean()"),
    ("loss", "log-base-2", _LOSS + "    return -np.log2(p[np.arange(n), labels]).mean()"),
    ("loss", "softmax-twice", _LOSS + "    p = soft(p)\n    return -np.log(p[np.arange(n), labels]).mean()"),
    ("loss", "no-logarithm", _LOSS + "    return -p[np.arange(n), labels].mean()"),
    ("loss", "no-logarithm", _LOSS + "    return np.mean(1 - p[np.arange(n), labels])"),
    ("loss", "label-off-by-one", _LOG + "    return -log_p[np.arange(n), labels - 1].mean()"),
    ("loss", "label-off-by-one", _LOG + "    return -log_p[np.arange(n), labels + 1].mean()"),
    ("loss", "log-of-softmax", _LOSS + "    return -np.log(p[np.arange(n), labels]).mean()"),
    ("loss", "log-of-softmax", _LOSS + "    return -np.sum(q * np.log(p)) / n"),
    (
        "loss",
        "labels-as-target",
        _LOG + "    return -(np.asarray(labels).reshape(-1, 1) * log_p).sum() / n",
    ),
    ("loss", "epsilon-in-log", _LOSS + "    return -np.log(p[np.arange(n), labels] + 1e-8).mean()"),
    ("loss", "epsilon-in-log", _LOSS + "    return -np.sum(q * np.log(p + 1e-12)) / n"),
    (
        "loss",
        "clipped-prediction",
        _LOSS + "    return -np.log(np.clip(p[np.arange(n), labels], 1e-12, 1)).mean()",
    ),
    (
        "loss",
        "overflow",
        "def loss(z, labels):\n    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])",
    ),
    (
        "loss",
        "overflow",
        "def loss(z, labels):\n    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)\n"
        "    return -np.mean(np.log(p[np.arange(len(labels)), labels]))",
    ),
    (
        "loss",
        "one-maximum-for-all",
        "def loss(z, labels):\n    s = z - z.max()\n"
        "    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(labels)), labels])",
    ),
    (
        "loss",
        "wrong-axis",
        "def loss(z, labels):\n    p = np.exp(z) / np.exp(z).sum(axis=0)\n"
        "    return -np.log(p[np.arange(len(labels)), labels]).mean()",
    ),
    (
        "loss",
        "normalised-over-all",
        "def loss(z, labels):\n    p = np.exp(z) / np.exp(z).sum()\n"
        "    return -np.log(p[np.arange(len(labels)), labels]).mean()",
    ),
    (
        "loss",
        "binary-cross-entropy",
        _LOSS + "    return -np.sum(q * np.log(p) + (1 - q) * np.log(1 - p)) / n",
    ),
    (
        "loss",
        "changes-its-input",
        "def loss(z, labels):\n    z -= z.max(axis=1, keepdims=True)\n"
        "    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])",
    ),
    (
        "loss",
        "float32",
        _LOG.replace("    z = z", "    z = z.astype('float32')\n    z = z")
        + "    return -log_p[np.arange(n), labels].mean()",
    ),
    ("gradient", "sign", _GRADIENT + "    return (q - p) / n"),
    ("gradient", "factor-two", _GRADIENT + "    return 2 * (p - q) / n"),
    ("gradient", "half", _GRADIENT + "    return (p - q) / (2 * n)"),
    ("gradient", "sum-not-mean", _GRADIENT + "    return p - q"),
    ("gradient", "mean-over-entries", _GRADIENT + "    return (p - q) / p.size"),
    ("gradient", "missing-off-diagonal", _GRADIENT + "    return -q * (1 - p) / n"),
    ("gradient", "by-the-probabilities", _GRADIENT + "    return -q / p / n"),
    ("gradient", "target-left-out", _GRADIENT + "    return p / n"),
    ("gradient", "label-off-by-one", _GRADIENT + "    return (p - np.eye(z.shape[1])[labels - 1]) / n"),
    (
        "gradient",
        "label-off-by-one",
        _GRADIENT + "    p[np.arange(n), labels + 1] -= 1\n    return p / n",
    ),
    (
        "gradient",
        "overflow",
        "def gradient(z, labels):\n    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)\n"
        "    p[np.arange(len(labels)), labels] -= 1\n    return p / len(labels)",
    ),
    (
        "gradient",
        "changes-its-input",
        "def gradient(z, labels):\n    z -= z.max(axis=1, keepdims=True)\n    p = np.exp(z)\n"
        "    p /= p.sum(axis=1, keepdims=True)\n    p[np.arange(len(labels)), labels] -= 1\n    return p / len(labels)",
    ),
    (
        "gradient",
        "one-maximum-for-all",
        "def gradient(z, labels):\n    p = np.exp(z - z.max())\n    p /= p.sum(axis=1, keepdims=True)\n"
        "    p[np.arange(len(labels)), labels] -= 1\n    return p / len(labels)",
    ),
    (
        "gradient",
        "sum-not-mean",
        _GRADIENT.replace("gradient(z, labels)", "softmax_grad(z, labels)") + "    return p - q",
    ),
    (
        "gradient",
        "sum-not-mean",
        "def softmax_loss(x, y):\n    s = x - x.max(axis=1, keepdims=True)\n    p = np.exp(s)\n"
        "    p /= p.sum(axis=1, keepdims=True)\n    n = len(y)\n"
        "    loss = (np.log(np.exp(s).sum(axis=1)) - s[np.arange(n), y]).mean()\n"
        "    p[np.arange(n), y] -= 1\n    return loss, p",
    ),
    ("weight_gradient", "transposed", _WEIGHTS + "    return x.T @ g / n"),
    ("weight_gradient", "sum-not-mean", _WEIGHTS + "    return g.T @ x"),
    ("weight_gradient", "sign", _WEIGHTS + "    return -g.T @ x / n"),
    ("weight_gradient", "mean-over-entries", _WEIGHTS + "    return g.T @ x / g.size"),
    (
        "weight_gradient",
        "bias-included",
        _WEIGHTS + "    return g.T @ np.hstack([x, np.ones((n, 1))]) / n",
    ),
    (
        "weight_gradient",
        "bias-included",
        _WEIGHTS + "    return g.T @ np.column_stack([np.ones(n), x]) / n",
    ),
]
"""Our function, the mistake, and a program that makes it."""

UNNAMED: list[tuple[str, str]] = [
    ("gradient", _GRADIENT + "    return 2 * (q - p) / n"),
    ("gradient", _GRADIENT + "    return (p - q) ** 2 / n"),
    ("loss", _LOSS + "    return ((p - q) ** 2).mean()"),
    ("loss", _LOG + "    return log_p[np.arange(n), labels].sum()"),
    ("loss", _LOG + "    return -log_p[np.arange(n), labels]"),
    ("entropy", "def entropy(q):\n    return -np.sum(q * np.log10(q))"),
    ("entropy", "def entropy(q):\n    return None"),
    ("softmax", "def softmax(z):\n    return np.exp(z)[::-1] / np.exp(z).sum()"),
    ("softmax", "def softmax(z):\n    return 'probabilities'"),
    (
        "softmax",
        "def softmax(z):\n    z = np.clip(z, -500, 500)\n    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)",
    ),
    ("weight_gradient", _WEIGHTS + "    return -g.T @ x"),
    ("kl_divergence", "def kl_divergence(q, p):\n    return np.sum(p * np.log(q / p))"),
]
"""Programs that are wrong in a way that has no name, or in two ways."""
