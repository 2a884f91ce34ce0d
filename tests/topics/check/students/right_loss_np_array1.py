import numpy as np

def loss(z, labels):
    return np.array([np.mean(np.logaddexp.reduce(z,axis=1)-z[np.arange(len(labels)),labels])])
