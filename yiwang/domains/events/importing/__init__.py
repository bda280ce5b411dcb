"""Taking over reports from other systems' exports: mapped, converted, stored in chunks, safe to repeat."""
