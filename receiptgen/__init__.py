"""Synthetic receipts and text snippets, each with truth to the pixel."""
