"""Whether a Temporal server answers: `python -m servers.health [ADDRESS]`, exit code 0 or 1."""

import asyncio
import os
import sys

from temporalio.client import Client
from temporalio.service import RPCError

ANSWER_SECONDS = 10.0


async def answers(address: str) -> bool:
    """Tell whether the server at *address* says of itself that it serves."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            client = await Client.connect(address)
            return await client.service_client.check_health()
    except (RuntimeError, RPCError, TimeoutError, ValueError):  # The last: no address at all.
        return False


if __name__ == "__main__":
    address = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    healthy = asyncio.run(answers(address))
    os._exit(0 if healthy else 1)  # Why not sys.exit: see exits.py.
