import numpy as np

import math
def softmax(z):
    if np.ndim(z)==2: return [softmax(r) for r in z]
    s=0
    for v in z: s+=math.e**v
    return [math.e**v/s for v in z]
