"""一网统管: reports, events and their whole course."""
