"""The safetensors library, or a message that tells how to install it."""

from receiptgen.core.errors import MissingExtraError

try:
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import save
except ImportError:
    raise MissingExtraError("weights files need the package safetensors; pip install 'receiptgen[torch]'") from None

__all__ = ["SafetensorError", "safe_open", "save"]
