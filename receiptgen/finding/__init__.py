"""Finding text on photos and scans of pages."""
