import numpy as np

def softmax(z):
    z-=np.max(z,axis=-1,keepdims=True)
    np.exp(z,z)
    z/=z.sum(axis=-1,keepdims=True)
    return z
