"""Reading in a browser, and templates designed by looking at them."""
