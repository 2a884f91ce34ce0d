import numpy as np

import math
def softmax(z):
    a=np.asarray(z,dtype=np.longdouble)
    e=np.exp(a-a.max(-1,keepdims=True))
    return (e/e.sum(-1,keepdims=True)).astype(float)
