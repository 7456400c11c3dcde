"""What is written about the project, and what writes the generated pages."""
