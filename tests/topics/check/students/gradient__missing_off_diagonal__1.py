import numpy as np

def gradient(z, labels):
    g=[]
    for r,k in zip(z,labels):
        e=np.exp(r-r.max()); p=e/e.sum()
        q=np.zeros(len(r)); q[k]=1
        dp=-q/p
        g.append(dp*p*(1-p)/len(z))
    return np.array(g)
