import numpy as np

import math
def softmax(xs):
    if np.ndim(xs)==2: return tuple(softmax(x) for x in xs)
    m=max(xs)
    es=[math.exp(x-m) for x in xs]
    return tuple(e/sum(es) for e in es)
