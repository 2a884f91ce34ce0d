import math
def entropy(q):
    return math.fsum(-x*math.log(x) for x in q if x)
