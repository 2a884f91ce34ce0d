import numpy as np

def CrossEntropyLoss(z, y):
    p=np.exp(z-z.max(1,keepdims=True)); p/=p.sum(1,keepdims=True)
    l=0
    for i,j in enumerate(y): l+=-np.log(p[i,j]+1e-05)
    return l/len(y)
