import numpy as np

def cross_entropy(y_true, y_pred):
    y_pred=np.clip(y_pred,1e-15,1-1e-15)
    return -np.sum(y_true*np.log(y_pred))
