import numpy as np

softmax = lambda z: (lambda e: e/e.sum(-1,keepdims=True))(np.exp(z-np.max(z,-1,keepdims=True)))
entropy = lambda q: -sum(v*np.log(v) for v in q if v>0)
