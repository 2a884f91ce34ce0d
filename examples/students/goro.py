import numpy as np

print("Goro's homework")


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=-1, keepdims=True)


def gradient(z, labels):
    p = softmax(z)
    q = np.eye(z.shape[1])[labels]
    return -q / p * p * (1 - p) / len(labels)
