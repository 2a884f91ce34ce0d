import math
def entropy(p):
    return sum(x*math.log(x) for x in p if x>0)
