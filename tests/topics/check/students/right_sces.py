import numpy as np

def softmax_crossentropy(logits, y):
    m=logits.max(-1,keepdims=True)
    lp=logits-m-np.log(np.exp(logits-m).sum(-1,keepdims=True))
    return -lp[np.arange(len(y)),y].mean()
