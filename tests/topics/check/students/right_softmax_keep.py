import numpy as np

def softmax(z, axis=None):
    if axis is None: axis=z.ndim-1
    e=np.exp(z-np.expand_dims(z.max(axis),axis))
    return e/np.expand_dims(e.sum(axis),axis)
