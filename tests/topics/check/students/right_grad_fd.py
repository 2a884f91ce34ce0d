import numpy as np

def _loss(z, labels):
    m=z.max(1,keepdims=True)
    return (m[:,0]+np.log(np.exp(z-m).sum(1))-z[np.arange(len(labels)),labels]).mean()
def gradient(z, labels):
    g=np.zeros_like(z)
    h=1e-5
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            d=np.zeros_like(z); d[i,j]=h
            g[i,j]=(_loss(z+d,labels)-_loss(z-d,labels))/(2*h)
    return g
