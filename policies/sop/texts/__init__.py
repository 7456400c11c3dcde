"""Reads the texts that properties hold: sizes, addresses, scripts, configurations, secrets."""
