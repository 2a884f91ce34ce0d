import numpy as np

def softmax(z):
    z=np.asarray(z,float)
    e=np.exp(z-np.nanmax(z,-1,keepdims=True))
    return np.nan_to_num(e/e.sum(-1,keepdims=True))
