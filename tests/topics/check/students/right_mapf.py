import numpy as np

import math
def softmax(xs):
    if np.ndim(xs)==2: return list(map(softmax, xs))
    m=max(xs)
    es=list(map(lambda x: math.exp(x-m), xs))
    t=sum(es)
    return list(map(lambda e: e/t, es))
