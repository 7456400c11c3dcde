"""The records of what was done to a stack (Compliance 2)."""
