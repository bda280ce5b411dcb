"""Floor 3: city nouns — events first; services, sensing, office, sharing, scoring, assist later."""
