"""`sce softmax`: from scores to probabilities."""
