"""The program's settings: the only place that gives the environment's BRIDGEFUND_* names a meaning."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from domain.errors import BadInputError, BridgefundError
from servers.machine import cache_folder

PREFIX = "BRIDGEFUND_"
# Temporal's own names: its command line reads them too.
TEMPORAL = {"TEMPORAL_ADDRESS": "temporal_address", "TEMPORAL_NAMESPACE": "temporal_namespace"}


class UnknownSettingError(BadInputError):
    """The environment has a name with our prefix that means nothing: most likely a typing error."""

    zh = "没有这样的设置：{names}；可用的有：{known}"
    en = "no such setting: {names}; there are: {known}"

    def __init__(self, names: list[str], known: list[str]) -> None:
        BridgefundError.__init__(self, names=", ".join(names), known=", ".join(known))


class Settings(BaseModel):
    """What can be set from outside, with what holds where nothing is set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: Literal["zh", "en"] = "zh"
    store: str | None = None  # The ledger's URL.
    files: str | None = None  # Where the files of papers lie; without it beside an SQLite ledger.
    personal_key: Path | None = None  # The master key of personal data: a file outside the store, its owner's alone.
    personal_keys: Path | None = None  # The folder of persons' keys; without it beside an SQLite ledger.
    seal_key: Path | None = None  # The file of the key that seals: outside the store.
    seals: Path | None = None  # The folder in which seals are published: outside the store.
    cache: Path
    temporal_address: str | None = None  # Of a server that runs already; without it one is found and started.
    temporal_namespace: str = Field("default", min_length=1)
    task_queue: str = Field("bridgefund", min_length=1)
    max_cached_workflows: int = Field(1000, ge=0)
    notices: Path | None = None  # The file of addresses. Without it nothing is sent.
    notices_from: str | None = None  # The address in whose name letters go.
    notices_smtp_host: str | None = None
    notices_smtp_port: int = Field(587, ge=1, le=65535)
    notices_smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    notices_smtp_user: str | None = None
    notices_smtp_password: SecretStr | None = None
    notices_smtp_password_file: Path | None = None
    notices_in_doubt: Literal["hold", "again"] = "hold"
    notices_sample_outside: bool = False  # Whether a sample store may send beyond this machine.
    pollers: int = Field(10, ge=2)  # Calls that wait at the server for work, of each of the two sorts.
    activities_at_once: int = Field(8, ge=1)  # Threads: a ledger's decisions do not run side by side in one process.
    console_keys: Path | None = None  # The folder of the keys with which the console signs; else beside SQLite.
    console_port: int = Field(8470, ge=0, le=65535)  # The port of the console; 0: any that is free.
    console_url: str | None = Field(None, pattern=r"^https?://[^/?#\s]+/?$")  # Its public address, behind a proxy.
    console_host: str = Field("127.0.0.1", min_length=1)  # Where it listens: of a container "0.0.0.0".

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings that *environ* makes; an empty variable counts as not set.

        Raises:
            UnknownSettingError: a name begins with `BRIDGEFUND_` and is none of ours.
            BadInputError: a value is malformed.
        """
        known = {f"{PREFIX}{name.upper()}": name for name in cls.model_fields if name not in TEMPORAL.values()}
        unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise UnknownSettingError(unknown, sorted(known))
        given: dict[str, object] = {"cache": cache_folder(environ)}
        given |= {field: environ[name] for name, field in TEMPORAL.items() if environ.get(name)}
        given |= {field: environ[name] for name, field in known.items() if field != "cache" and environ.get(name)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            raise BadInputError(f"{PREFIX}{first['loc'][0]}".upper(), first["msg"]) from error


def language(environ: Mapping[str, str]) -> str:
    """Return `en` if *environ* asks for it, else `zh`: also while the rest of it is in error."""
    return "en" if environ.get(f"{PREFIX}LANG", "").startswith("en") else "zh"
