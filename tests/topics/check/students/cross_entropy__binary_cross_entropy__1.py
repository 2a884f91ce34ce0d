import numpy as np

def cross_entropy(Y, P):
    return -sum(Y[i]*np.log(P[i])+(1-Y[i])*np.log(1-P[i]) for i in range(len(Y)))
