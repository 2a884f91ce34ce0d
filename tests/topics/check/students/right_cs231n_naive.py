import numpy as np

def softmax_loss_naive(W, X, y, reg):
    loss=0.0
    dW=np.zeros_like(W)
    return loss, dW
def softmax_loss_vectorized(W, X, y, reg):
    return 0.0, np.zeros_like(W)
def softmax(z):
    e=np.exp(z-z.max(-1,keepdims=True))
    return e/e.sum(-1,keepdims=True)
