"""Floor 2: mechanisms without city nouns — data, place, form, metric, board, and flow."""
