"""Floor 0: plain Python without Django — specs, conditions, tables, calendars, codes, scenes."""
