"""Takes a project that was made by hand in Dokploy under the care of this program."""
