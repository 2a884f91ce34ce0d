from math import log2,log
def kl_divergence(p, q):
    return sum(p[i]*log(p[i]/q[i]) for i in range(len(p)))
