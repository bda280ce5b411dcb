"""Floor 1: areas, departments, people, access, audit, messages, jobs, files, notices."""
