import numpy as np

def entropy(p, eps=1e-8):
    return -(p*np.log(p+eps)).sum()
