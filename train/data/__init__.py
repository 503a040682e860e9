"""Loading of training data: labelled lines from data sets to batches."""
