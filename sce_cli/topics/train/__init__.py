"""`sce train`: a softmax classifier on real data."""
