import numpy as np

def categorical_crossentropy(y_true, y_pred):
    with np.errstate(all='ignore'):
        t=np.where(y_true>0,y_true*np.log(y_pred),0)
    return -t.sum(axis=-1)
