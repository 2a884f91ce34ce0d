"""Tests of `sce predict`."""
