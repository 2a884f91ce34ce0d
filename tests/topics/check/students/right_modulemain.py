import numpy as np

import argparse
def softmax(z):
    e=np.exp(z-z.max(-1,keepdims=True))
    return e/e.sum(-1,keepdims=True)
def main():
    p=argparse.ArgumentParser(); p.parse_args()
if __name__=='__main__': main()
