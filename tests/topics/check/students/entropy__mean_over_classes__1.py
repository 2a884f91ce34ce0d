import numpy as np

def entropy(p):
    with np.errstate(all='ignore'):
        return -np.mean(np.where(p>0,p*np.log(p),0))
