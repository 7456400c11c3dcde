"""The local stack and its parts on a real Docker engine."""
