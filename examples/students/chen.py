import math


def softmax(z):
    if hasattr(z[0], "__len__"):
        return [softmax(row) for row in z]
    top = max(z)
    powers = [math.exp(value - top) for value in z]
    return [power / sum(powers) for power in powers]


def log_softmax(z):
    if hasattr(z[0], "__len__"):
        return [log_softmax(row) for row in z]
    return [math.log(p) for p in softmax(z)]


def loss(z, labels):
    total = 0
    for row, label in zip(z, labels):
        total += -math.log(softmax(row)[label])
    return total / len(labels)
