"""Articles for those who answer: what to tell a caller about a matter, and what to ask back."""
