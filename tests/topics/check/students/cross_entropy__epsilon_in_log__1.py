import numpy as np

def cross_entropy(predictions, targets):
    N=predictions.shape[0]
    return -np.sum(targets*np.log(predictions+1e-9))/N
