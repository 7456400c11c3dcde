"""A stack's whole life against a Dokploy in memory."""
