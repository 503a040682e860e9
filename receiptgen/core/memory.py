"""Memory given back to the system."""

import ctypes
import sys

# From <malloc.h> of glibc; blocks this large are mapped on their own and given back when freed.
_M_MMAP_THRESHOLD, _LARGE = -3, 128 * 1024


def keep_memory_flat() -> None:
    """Have glibc give freed pages back, here and in workers forked from here.

    It otherwise keeps blocks as large as the largest page that was ever freed on its heap, whose gaps then grow
    slowly. Does nothing on other systems.
    """
    if sys.platform == "linux":
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_M_MMAP_THRESHOLD, _LARGE)
