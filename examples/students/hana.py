import numpy as np


def softmax(z):
    z -= z.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def weight_gradient(x, z, labels):
    g = softmax(z.copy())
    g[np.arange(len(labels)), labels] -= 1
    return x.T @ g / len(labels)


def loss(z, labels):
    raise NotImplementedError
