import numpy as np

def cross_entropy(labels, probs):
    with np.errstate(all='ignore'):
        return np.mean([-np.log(p[k]) for k,p in zip(labels,probs)])
