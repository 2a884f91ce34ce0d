"""`sce grad`: the gradient, and finite differences beside it."""
