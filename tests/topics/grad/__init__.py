"""Tests of `sce grad`."""
