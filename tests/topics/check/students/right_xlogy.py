import numpy as np

def xlogy(x,y):
    with np.errstate(all='ignore'):
        return np.where(x==0, 0, x*np.log(y))
def entropy(q):
    return -xlogy(q,q).sum()
def cross_entropy(q,p):
    return -xlogy(q,p).sum()
def kl_divergence(q,p):
    return (xlogy(q,q)-xlogy(q,p)).sum()
