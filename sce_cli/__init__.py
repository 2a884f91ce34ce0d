"""sce: softmax and cross-entropy, taught by running them."""

__version__ = "0.2.0"
