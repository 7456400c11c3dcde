"""The rules: what the procedure forbids, a module for each of its concerns."""
