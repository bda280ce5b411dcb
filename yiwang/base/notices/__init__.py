"""In-app notices to accounts."""
