"""One search over everything a person may see: rooms' finders are composed here and shown by one page."""
