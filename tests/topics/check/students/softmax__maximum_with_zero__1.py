import numpy as np

def softmax(z):
    m=np.max(z,axis=-1,keepdims=True,initial=0)
    e=np.exp(z-m)
    return e/e.sum(-1,keepdims=True)
