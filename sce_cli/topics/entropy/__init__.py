"""`sce entropy`: a prediction against a target."""
