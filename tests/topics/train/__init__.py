"""Tests of `sce train`."""
