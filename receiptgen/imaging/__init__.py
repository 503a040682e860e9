"""Pages: pixels, geometry and where everything on them is."""
