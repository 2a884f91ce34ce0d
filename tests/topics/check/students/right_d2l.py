import numpy as np

def softmax(X):
    X = X - X.max(1, keepdims=True)
    X_exp = np.exp(X)
    partition = X_exp.sum(1, keepdims=True)
    return X_exp / partition
def cross_entropy(y_hat, y):
    return - np.log(y_hat[list(range(len(y_hat))), y])
