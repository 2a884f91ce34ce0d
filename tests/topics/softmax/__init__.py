"""Tests of `sce softmax`."""
