import numpy as np

def loss(z, labels):
    z=[list(map(float,r)) for r in z]
    return np.mean([np.logaddexp.reduce(r)-r[k] for r,k in zip(z,labels)])
