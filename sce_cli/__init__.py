"""sce: softmax and cross-entropy, taught by running them."""

__version__ = "0.1.0"
