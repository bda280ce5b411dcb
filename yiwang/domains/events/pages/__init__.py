"""The desk pages of events: my work, list, map, one event, entry. Each view asks queries and actions, nothing else."""
