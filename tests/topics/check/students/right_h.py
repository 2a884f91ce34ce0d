import numpy as np

def H(p):
    return 0
def entropy(p):
    p=np.array(p)
    nz=np.nonzero(p)
    return -(p[nz]*np.log(p[nz])).sum()
