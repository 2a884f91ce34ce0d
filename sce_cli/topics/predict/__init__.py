"""`sce predict`: one example through a trained classifier, or all of a table."""
