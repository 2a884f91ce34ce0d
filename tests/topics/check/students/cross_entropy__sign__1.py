import numpy as np

def cross_entropy(y_hat, y):
    return np.log(y_hat[range(len(y_hat)), y])
