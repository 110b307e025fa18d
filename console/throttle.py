"""How often one address may try: counted in memory, for a bounded number of addresses."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

_V6_PREFIX = 64  # One customer's network: in it an address is changed at will.
ADDRESSES_MOST = 10_000


class Throttle:
    """Lets each address do a thing *limit* times in any *window_s* seconds.

    Of more than *most* addresses those that were not let in for longest are forgotten; a flood from ever new addresses
    is for lock-outs and for what stands before this service.
    """

    def __init__(self, limit: int, window_s: float, most: int = ADDRESSES_MOST) -> None:
        self._limit, self._window, self._most = limit, timedelta(seconds=window_s), most
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._seen)

    def is_spent(self, address: str, now: datetime) -> bool:
        """Tell whether an address has done it as often as it may, without counting."""
        with self._lock:
            return sum(at > now - self._window for at in self._seen.get(_network(address), ())) >= self._limit

    def allows(self, address: str, now: datetime) -> bool:
        """Tell whether an address may do it now, and count it if so."""
        key = _network(address)
        with self._lock:
            times = self._seen.setdefault(key, deque())
            while times and times[0] <= now - self._window:
                times.popleft()
            if len(times) >= self._limit:
                return False
            times.append(now)
            self._seen.move_to_end(key)
            while len(self._seen) > self._most:
                self._seen.popitem(last=False)
            return True


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> _V6_PREFIX << _V6_PREFIX))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
