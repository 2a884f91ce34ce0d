import numpy as np

def entropy(p):
    p=np.asarray(p)
    p=p[p>0]
    return -np.dot(p,np.log2(p))
