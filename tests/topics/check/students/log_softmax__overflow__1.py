import numpy as np

def log_softmax(z):
    return z-np.log(np.exp(z).sum(axis=-1,keepdims=True))
