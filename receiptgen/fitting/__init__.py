"""Numbers of a profile, found so that what it draws measures as given scans do."""
