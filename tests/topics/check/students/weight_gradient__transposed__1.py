import numpy as np

def weight_gradient(x, z, labels):
    e=np.exp(z-z.max(1,keepdims=True)); p=e/e.sum(1,keepdims=True)
    p[range(len(labels)),labels]-=1
    return np.dot(x.T,p)/x.shape[0]
