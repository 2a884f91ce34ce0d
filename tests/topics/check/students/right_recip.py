import numpy as np

def softmax(z):
    z=np.asarray(z)[...,None]
    with np.errstate(over='ignore', invalid='ignore'):
        d = np.swapaxes(z,-1,-2)-z
        d = np.where(np.isnan(d), 0, d)
        return np.where(np.isneginf(z[...,0]), 0, 1/np.exp(d).sum(-1))
