"""What a hand does: letters that stand, lean and join as they are written, the pen's pressure, ruled paper."""
