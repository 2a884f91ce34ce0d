import numpy as np

def softmax(x):
    c=np.max(x)
    exp_a=np.exp(x-c)
    if x.ndim==1: return exp_a/np.sum(exp_a)
    return (exp_a.T/np.sum(exp_a,axis=1)).T
