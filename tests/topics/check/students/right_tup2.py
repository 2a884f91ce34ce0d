import math
def softmax(xs):
    m=max(xs)
    es=[math.exp(x-m) for x in xs]
    return tuple(e/sum(es) for e in es)
