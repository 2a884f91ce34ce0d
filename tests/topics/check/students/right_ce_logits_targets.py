import numpy as np

def cross_entropy(logits, targets):
    n=len(targets)
    m=logits.max(axis=1, keepdims=True)
    logp=logits-m-np.log(np.exp(logits-m).sum(axis=1,keepdims=True))
    return -logp[np.arange(n),targets].mean()
