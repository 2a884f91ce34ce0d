import numpy as np

def kl_divergence(target, pred):
    return np.sum(np.where(pred>0,pred*np.log(pred/target),0))
