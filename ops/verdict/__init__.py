"""What a change to the stacks would do, and whether it may be merged: one preview, one verdict, many readers."""
