def weight_gradient(X, P, Y):
    return (P-Y).T@X/len(X)
