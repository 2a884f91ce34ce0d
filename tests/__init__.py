"""The tests of sce."""
