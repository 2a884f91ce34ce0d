import numpy as np

def softmax(x, dim):
    e=np.exp(x-np.max(x,axis=dim,keepdims=True))
    return e/np.sum(e,axis=dim,keepdims=True)
def log_softmax(x, dim):
    return x-np.logaddexp.reduce(x,axis=dim,keepdims=True)
