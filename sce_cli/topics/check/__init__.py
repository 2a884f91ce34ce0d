"""A student's own softmax, loss and gradient, and what went wrong with them."""
