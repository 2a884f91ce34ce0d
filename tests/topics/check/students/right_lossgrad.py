import numpy as np

def loss_and_grad(z, labels):
    n=len(labels)
    m=z.max(1,keepdims=True); e=np.exp(z-m); s=e.sum(1,keepdims=True)
    l=-(z-m-np.log(s))[np.arange(n),labels].mean()
    g=e/s; g[np.arange(n),labels]-=1
    return float(l), (g/n).tolist()
