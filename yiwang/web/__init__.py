"""Floor 5: settings, shell, sign-in, outside API root, servers and the command line."""
