import numpy as np

def cross_entropy(target, prediction):
    return -sum(prediction*np.log(target))
