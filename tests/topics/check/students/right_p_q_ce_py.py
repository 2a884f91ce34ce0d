from math import log
def cross_entropy(p, q):
    return -sum([p[i]*log(q[i]) for i in range(len(p)) if p[i] != 0])
def kl_divergence(p, q):
    return sum(p[i]*log(p[i]/q[i]) for i in range(len(p)) if p[i] > 0)
