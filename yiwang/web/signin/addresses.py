"""Where a request comes from, for limits on guessing."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The network address of the client; IPv6 counts as its /64, which one subscriber holds.

    Behind `settings.PROXY_HOPS` proxies of our own (default none) the address is the one the outermost of them saw;
    further left in X-Forwarded-For stands only what the client claims.
    """
    hops = int(getattr(settings, "PROXY_HOPS", 0))
    address = str(request.META.get("REMOTE_ADDR", ""))
    if hops:
        seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(seen) >= hops:
            address = seen[-hops]
    return subscriber(address)


def subscriber(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address as its network of 64 bits, anything else unchanged."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ip_network(f"{found}/64", strict=False))
    return str(found)
