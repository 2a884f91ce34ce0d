import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def entropy(q):
    return -np.sum(q * np.log2(q))


def kl_divergence(q, p):
    return np.sum(p * np.log(p / q))
