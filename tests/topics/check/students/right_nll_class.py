import numpy as np

class CrossEntropy:
    def __init__(self, reduction='mean'):
        self.reduction=reduction
    def forward(self, logits, y):
        m=logits.max(1,keepdims=True)
        lse=m[:,0]+np.log(np.exp(logits-m).sum(1))
        l=lse-logits[np.arange(len(y)),y]
        return l.mean() if self.reduction=='mean' else l
    def backward(self, logits, y):
        pass
