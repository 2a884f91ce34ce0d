import numpy as np


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def entropy(q):
    q = q[q > 0]
    return -np.sum(q * np.log(q))


def cross_entropy(q, p):
    return -np.sum(q * np.log(p + 1e-12))


def loss(z, labels):
    p = softmax(softmax(z))
    return -np.log(p[np.arange(len(labels)), labels]).mean()
