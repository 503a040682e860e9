"""What reads the image of one line: networks, decoding, language, confidence."""
