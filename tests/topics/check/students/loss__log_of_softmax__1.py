import math
def loss(z, labels):
    t=0
    for r,k in zip(z,labels):
        m=max(r)
        e=[math.exp(v-m) for v in r]
        t-=math.log(e[k]/sum(e))
    return t/len(z)
