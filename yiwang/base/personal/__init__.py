"""Encrypted personal columns with blind indexes, masking and logged unmasking."""
