import numpy as np

def softmax(x):
    return np.exp(x)/np.sum(np.exp(x),axis=-1,keepdims=True) if x.ndim>1 else np.exp(x)/sum(np.exp(x))
