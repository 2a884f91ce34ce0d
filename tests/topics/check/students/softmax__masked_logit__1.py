import numpy as np

def softmax(z):
    m=z.max(-1,keepdims=True); lo=z.min(-1,keepdims=True)
    z=(z-lo)-(m-lo)
    e=np.exp(z)
    return e/e.sum(-1,keepdims=True)
