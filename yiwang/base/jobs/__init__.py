"""Background jobs with leases, retries and schedules."""
