"""Measures the provider: calls to Dokploy an operation, and the plugin's start. `make bench` prints it all."""
