"""Accounts of officials, citizens, companies and services; API tokens."""
