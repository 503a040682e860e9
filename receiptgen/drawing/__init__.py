"""From a template, a seed and an index to a sample."""
