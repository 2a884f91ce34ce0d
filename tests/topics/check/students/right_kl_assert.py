import numpy as np

def kl_divergence(p, q):
    p=np.asarray(p,float); q=np.asarray(q,float)
    assert p.shape==q.shape
    assert np.isclose(p.sum(),1) and np.isclose(q.sum(),1)
    if np.any((q==0)&(p>0)): return np.inf
    m=p>0
    return float(np.sum(p[m]*np.log(p[m]/q[m])))
