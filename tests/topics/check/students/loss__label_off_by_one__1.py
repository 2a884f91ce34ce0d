import numpy as np

def loss(z, labels):
    lp=z-np.logaddexp.reduce(z,-1,keepdims=True)
    return -np.mean([lp[i][labels[i]-1] for i in range(len(z))])
