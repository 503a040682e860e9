"""Training of the reader; imported as ``receiptgen.train`` only."""

if __name__ == "train":
    raise ImportError("import this package as 'receiptgen.train', lest its modules load twice")
