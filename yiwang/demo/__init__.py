"""Floor 4: the demo city's generator and simulator; it calls only actions."""
