import numpy as np

def entropy(probs, base=None):
    probs=np.asarray(probs); probs=probs[probs>0]
    h=-np.sum(probs*np.log(probs))
    return h if base is None else h/np.log(base)
