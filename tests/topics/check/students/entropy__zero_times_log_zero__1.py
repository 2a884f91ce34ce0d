import numpy as np

def entropy(p):
    return -np.dot(p,np.log(p))
