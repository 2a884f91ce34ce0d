"""Tests of `sce entropy`."""
