"""What lies under and round a receipt on a photo, in colour: grounds, things on them, a hand; all of it drawn.

Lengths are dots of a printer, 8 a millimetre, times ``zoom``, pixels a dot. Images are RGB, uint8 (H, W, 3).
"""
