import numpy as np

class SoftmaxRegression:
    def __init__(self, lr=0.1):
        self.lr=lr
        self.W=None
    def softmax(self, z):
        e=np.exp(z-np.max(z,axis=1,keepdims=True))
        return e/e.sum(axis=1,keepdims=True)
    def loss(self, X, y):
        P=self.softmax(X@self.W)
        return -np.log(P[np.arange(len(y)),y]).mean()
    def gradient(self, X, y):
        return X.T@(self.softmax(X@self.W)-y)
    def fit(self, X, y):
        pass
