"""The operating procedure as rules: one function each, judged against what the engine is about to deploy."""
