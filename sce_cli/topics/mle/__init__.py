"""`sce mle`: maximum likelihood, and why it is cross-entropy."""
