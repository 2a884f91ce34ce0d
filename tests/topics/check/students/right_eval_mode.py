import numpy as np

def softmax_cross_entropy_with_logits(labels, logits):
    m=logits.max(-1,keepdims=True)
    lp=logits-m-np.log(np.exp(logits-m).sum(-1,keepdims=True))
    return -(labels*lp).sum(-1)
