import numpy as np

def weight_gradient(X, Z, Y):
    e=np.exp(Z-Z.max(1,keepdims=True)); p=e/e.sum(1,keepdims=True)
    return (p-Y).T.dot(X)/X.shape[0]
