"""Which category is a text about? A calibrated linear model over character n-grams that may abstain."""
