import numpy as np

def kl_divergence(q, p):
    return -np.dot(q,np.log(p))
