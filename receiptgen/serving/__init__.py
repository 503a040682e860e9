"""Web server: reading receipts in a browser, and editing templates with a preview."""
