"""Names of hosts: those of this machine alone, and those of requests."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit


def is_loopback(name: str) -> bool:
    """Tell whether a host name or address, in any spelling, is one of this machine alone (RFC 6761, 6.3)."""
    try:
        address = ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_name(netloc: str) -> str | None:
    """Return the host name of ``name``, ``name:port``, ``[address]`` or ``[address]:port``, in lower case.

    Returns:
        The name, without a final dot; None where the text is none of these.
    """
    try:
        parts = urlsplit(f"//{netloc}")
        parts.port  # noqa: B018  # raises ValueError
    except ValueError:
        return None
    if parts.netloc != netloc or "@" in netloc or not netloc.isprintable() or " " in netloc or not parts.hostname:
        return None
    return parts.hostname.removesuffix(".")


def origin_host(origin: str) -> str:
    """Return host and port of an origin as browsers send it, or nothing where it is none."""
    scheme, separator, netloc = origin.partition("://")
    return netloc if separator and scheme in {"http", "https"} else ""
