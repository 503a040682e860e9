"""Typography: fonts, printers and layout, from rows of text to printed pages."""
