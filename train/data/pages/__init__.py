"""Pages to train finders on: drawn, cut into crops, and labelled with maps."""
