"""Training of OCR models; imported as ``receiptgen.train`` only."""

if __name__ == "train":
    raise ImportError("import this package as 'receiptgen.train', so that its modules are not loaded twice")
