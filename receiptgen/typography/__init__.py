"""From rows of text to inked pages: fonts, printers, layout."""
