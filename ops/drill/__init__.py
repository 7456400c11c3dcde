"""The restore drill at once (SOP 5.3)."""
