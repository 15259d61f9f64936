"""One guarded way out to the network, for addresses that strangers give us.

https only, public addresses only, few ports, little time, little data, no redirect to another host. The name is
looked up once and the connection goes to exactly the address that was checked, so that a name which resolves
differently the second time (DNS rebinding) gains nothing.
"""

import http.client
import io
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str, int], list[str]]

PORTS = frozenset({443, 8443})
REDIRECTS = 3
LARGEST_HEADER_LINES = 64
# Networks inside whose addresses another address hides: 6to4, NAT64, Teredo.
_TUNNELS = (
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("2001::/32"),
)
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+", re.ASCII)


class FetchRefused(Exception):
    """The address itself is not acceptable; trying again will not help."""


class FetchFailed(Exception):
    """The other side could not be reached or did not answer properly; trying again may help."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back, from which address in the end."""

    url: str
    status: int
    content_type: str
    body: bytes


def is_public(address: Address) -> bool:
    """Whether an address may be connected to: globally routable, and nothing else hidden inside."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _lookup(host: str, port: int) -> list[str]:
    return [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True, slots=True)
class GuardedClient:
    """Fetches from the public network under the limits above; the fields are for tests."""

    seconds: float = 8.0
    largest: int = 2 * 1024 * 1024
    lookup: Lookup = _lookup
    allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = PORTS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(self, url: str, *, accept: str = "*/*") -> Fetched:
        """Return the body behind an https address; raises FetchRefused or FetchFailed, nothing else."""
        deadline = time.monotonic() + self.seconds
        start = _place(url, self.ports)
        place = start
        for _ in range(REDIRECTS + 1):
            response, body = self._once(place, _get(place, accept), deadline)
            if response.status in (301, 302, 303, 307, 308):
                place = _place(urljoin(place.url, response.headers.get("Location", "")), self.ports)
                if (place.host, place.port) != (start.host, start.port):
                    raise FetchRefused("redirected to another host")
                continue
            if response.status != 200:
                raise FetchFailed(f"answered {response.status}")
            return Fetched(place.url, response.status, response.headers.get_content_type(), body)
        raise FetchFailed("redirected too often")

    def post(
        self, url: str, body: bytes, *, content_type: str, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """Send a body to an https address once; raises FetchRefused or FetchFailed, nothing else.

        Redirects are not followed, and any answer but 2xx is a failure.
        """
        place = _place(url, self.ports)
        lines = {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}
        if any("\r" in text or "\n" in text for pair in lines.items() for text in pair):
            raise FetchRefused("a header with a line break")
        head = _head("POST", place, "*/*", "".join(f"{name}: {value}\r\n" for name, value in lines.items()))
        response, answer = self._once(place, head + body, time.monotonic() + self.seconds)
        if not 200 <= response.status < 300:
            raise FetchFailed(f"answered {response.status}")
        return Fetched(place.url, response.status, response.headers.get_content_type(), answer)

    def _once(
        self, place: "_Place", request: bytes, deadline: float
    ) -> tuple[http.client.HTTPResponse, bytes]:
        address = self._checked_address(place, deadline)
        try:
            with socket.create_connection((address, place.port), timeout=_left(deadline)) as plain:
                plain.settimeout(_left(deadline))
                with self.tls.wrap_socket(plain, server_hostname=place.host) as secure:
                    return self._talk(secure, request, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchFailed(f"{type(error).__name__}: {error}") from error

    def _checked_address(self, place: "_Place", deadline: float) -> str:
        """Look the name up once; every address it has must be acceptable, not only the one used."""
        pool = ThreadPoolExecutor(max_workers=1)
        try:
            found = pool.submit(self.lookup, place.host, place.port).result(timeout=_left(deadline))
        except FutureTimeout:
            raise FetchFailed("the name was not found in time") from None
        except (OSError, UnicodeError) as error:
            raise FetchFailed(f"the name was not found: {error}") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        addresses = [ipaddress.ip_address(item.partition("%")[0]) for item in found]
        if not addresses:
            raise FetchFailed("the name has no address")
        if not all(self.allowed(item) for item in addresses):
            raise FetchRefused("the name leads to an address that is not public")
        return str(addresses[0])

    def _talk(
        self, secure: ssl.SSLSocket, request: bytes, deadline: float
    ) -> tuple[http.client.HTTPResponse, bytes]:
        secure.sendall(request)
        response = http.client.HTTPResponse(cast(socket.socket, _Deadlined(secure, deadline)), method="GET")
        response.begin()
        if len(response.headers) > LARGEST_HEADER_LINES:
            raise FetchFailed("too many headers")
        declared = response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > self.largest:
            raise FetchRefused("what is there is too large")
        parts, size = [], 0
        while part := response.read(65536):
            parts.append(part)
            size += len(part)
            if size > self.largest:
                raise FetchRefused("what is there is too large")
        return response, b"".join(parts)


def _head(verb: str, place: "_Place", accept: str, more: str = "") -> bytes:
    return (
        f"{verb} {place.target} HTTP/1.1\r\nHost: {place.authority}\r\nAccept: {accept}\r\n"
        f"{more}Accept-Encoding: identity\r\nUser-Agent: Naite\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


def _get(place: "_Place", accept: str) -> bytes:
    return _head("GET", place, accept)


@dataclass(frozen=True, slots=True)
class _Place:
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        return self.host if self.port == 443 else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"https://{self.authority}{self.target}"


def _place(url: str, ports: frozenset[int]) -> _Place:
    """Take an address apart; refuses everything but https to a named host on a usual port."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or 443
        host = (parts.hostname or "").encode("idna").decode("ascii").lower().rstrip(".")
    except (ValueError, UnicodeError) as error:
        raise FetchRefused("not an address") from error
    if parts.scheme != "https" or len(url) > 2048:
        raise FetchRefused("not an https address")
    if parts.username is not None or parts.password is not None or port not in ports:
        raise FetchRefused("an address with a user name or an unusual port")
    if not _HOST.fullmatch(host) or host.rpartition(".")[2].isdigit():
        raise FetchRefused("not the name of a public host")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=-._~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=-._~?")
    return _Place(host, port, path + (f"?{query}" if query else ""))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("too slow")
    return left


class _Deadlined:
    """The part of a socket that HTTPResponse uses; each read gets only the time that is left for all."""

    def __init__(self, sock: ssl.SSLSocket, deadline: float) -> None:
        self._raw = _Raw(sock, deadline)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


class _Raw(io.RawIOBase):
    def __init__(self, sock: ssl.SSLSocket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._sock.settimeout(_left(self._deadline))
        return self._sock.recv_into(buffer)
