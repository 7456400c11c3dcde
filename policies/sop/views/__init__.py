"""What rules judge: resources as the engine shows them, in the terms of the procedure."""
