"""Tests of `sce mle`."""
