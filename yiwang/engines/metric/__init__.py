"""Indicators: SQL over datasets, with grain, dimensions, targets."""
