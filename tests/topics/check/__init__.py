"""Tests of `sce check`."""
