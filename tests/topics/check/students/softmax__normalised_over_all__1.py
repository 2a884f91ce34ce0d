import numpy as np

def softmax(z):
    z=z-np.max(z)
    return np.exp(z)/np.exp(z).sum()
