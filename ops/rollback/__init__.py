"""The way back to an earlier release (SOP, Emergency 2)."""
