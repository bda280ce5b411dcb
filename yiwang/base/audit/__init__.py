"""The audit trail: entries inserted by actions, sealed, chained, signed and verified."""
