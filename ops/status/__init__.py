"""What a stack is doing right now."""
