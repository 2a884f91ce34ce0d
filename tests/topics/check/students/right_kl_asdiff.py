import numpy as np

def entropy(q):
    return -sum(a*np.log(a) for a in q if a>0)
def cross_entropy(q,p):
    with np.errstate(all='ignore'):
        return -sum(a*np.log(b) for a,b in zip(q,p) if a>0)
def kl_divergence(q,p):
    return cross_entropy(q,p)-entropy(q)
