"""Keys of sample doors: derived from the store's open secret, so that a seed gives the same signatures again."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.cases import STORE
from domain.rehearsing import Desk
from domain.store import STORE as STORE_DECIDER
from domain.store import NotSampleError


def sample_key(desk: Desk, county: str, door: str) -> tuple[str, Ed25519PrivateKey]:
    """Return the key of a sample store's door, and its id.

    Raises:
        NotSampleError: If the store is not a sample: nobody acts for others on a real one.
    """
    sample = desk.state(STORE_DECIDER, STORE).sample
    if sample is None:
        raise NotSampleError
    return derived(sample.secret, county, door)


def derived(secret: str, county: str, door: str) -> tuple[str, Ed25519PrivateKey]:
    """Return the key that *secret* gives a door of a county, and its id."""
    seed = sha256(f"bridgefund sample key\n{secret}\n{county}\n{door}".encode()).digest()
    return f"sample-{door}", Ed25519PrivateKey.from_private_bytes(seed)


def public_hex(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key, in hex."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
