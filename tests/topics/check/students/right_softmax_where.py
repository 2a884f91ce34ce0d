import numpy as np

def softmax(z, mask=None):
    if mask is not None: z=np.where(mask,z,-np.inf)
    e=np.exp(z-z.max(-1,keepdims=True))
    return e/e.sum(-1,keepdims=True)
