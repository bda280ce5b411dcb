"""Jurisdictions and the tree of areas (administrative divisions)."""
