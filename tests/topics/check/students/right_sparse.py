import numpy as np

def sparse_categorical_crossentropy(y_true, y_pred):
    with np.errstate(all='ignore'):
        return -np.log(y_pred[np.arange(len(y_true)), y_true])
