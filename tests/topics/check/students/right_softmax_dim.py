import numpy as np

def softmax(x, dim: int = -1):
    x_max=np.max(x,axis=dim,keepdims=True)
    e=np.exp(x-x_max)
    return e/np.sum(e,axis=dim,keepdims=True)
