import numpy as np

import math
def softmax(z):
    if np.ndim(z)==2: return [softmax(r) for r in z]
    m=max(z)
    return [math.exp(v-m) for v in z]
