"""Addresses: how each person is reached. They live outside the facts, in a file that is checked when it is read."""

import ipaddress
from collections.abc import Collection, Iterator, Mapping
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from domain.errors import BadInputError
from domain.policy.base import Breach, Loc, Model, refuse
from domain.policy.faults import Fault, PolicyError, nearest, spelled
from domain.policy.lines import Lines
from domain.policy.reading import as_data, model_of
from notices.signing import secret_bytes

EMAIL, WEBHOOK = "email", "webhook"
NAME_LENGTH_MAX = 100
ADDRESS_LENGTH_MAX = 254  # RFC 5321, 4.5.3.1.3, without the brackets.


class Person(Model):
    """How one person is reached: by any of the ways that are there; and in which language."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)] | None = None
    email: str | None = None
    webhook: str | None = None
    webhook_secret_file: str | None = None
    lang: Literal["zh", "en"] = "zh"

    @model_validator(mode="after")
    def _check(self) -> "Person":
        refuse(self._wrong())
        return self

    def _wrong(self) -> Iterator[Breach]:
        if self.name is not None and not self.name.isprintable():
            yield Breach(("name",), "含有换行或控制字符", "has a line end or a control character")
        if self.email is not None and (why := email_fault(self.email)):
            yield Breach(("email",), *why)
        if self.webhook is not None and (why := url_fault(self.webhook)):
            yield Breach(("webhook",), *why)
        if (self.webhook is None) != (self.webhook_secret_file is None):
            said = "webhook 与 webhook_secret_file 须同时给出", "webhook and webhook_secret_file go together"
            yield Breach(("webhook" if self.webhook else "webhook_secret_file",), *said)

    @property
    def channels(self) -> tuple[str, ...]:
        """Return the channels on which the person is reached."""
        given = {EMAIL: self.email, WEBHOOK: self.webhook}
        return tuple(channel for channel, where in given.items() if where is not None)


class _File(Model):
    people: dict[str, Person]


class Book:
    """The people of one file, each with the secret of their webhook."""

    def __init__(self, people: Mapping[str, Person], secrets: Mapping[str, bytes], text: str, name: str) -> None:
        self.people = people
        self.secrets = secrets
        self._text = text
        self._name = name

    @property
    def channels(self) -> dict[str, tuple[str, ...]]:
        """Return the channels of each person."""
        return {person: one.channels for person, one in self.people.items()}

    def check_known(self, known: Collection[str]) -> None:
        """Check that everybody in the file is known to the store: a misspelt id would be told nothing.

        Raises:
            PolicyError: With everybody who is not.
        """
        strangers = [person for person in self.people if person not in known]
        self._refuse(
            (("people", person), f"本库没有此人{zh}", f"nobody of this id is appointed in the store{en}")
            for person in strangers
            for zh, en in [nearest(person, known)]
        )

    def check_local(self) -> None:
        """Check that every webhook stays on this machine.

        Raises:
            PolicyError: With every one that does not.
        """
        said = (
            "样例库只向本机发送；确要外发须设 BRIDGEFUND_NOTICES_SAMPLE_OUTSIDE=true",
            ("a sample store sends to this machine only, unless BRIDGEFUND_NOTICES_SAMPLE_OUTSIDE=true is set"),
        )
        self._refuse(
            (("people", person, "webhook"), *said)
            for person, one in self.people.items()
            if one.webhook is not None and not is_local(urlsplit(one.webhook).hostname or "")
        )

    def check_mail(self, *, is_set: bool) -> None:
        """Check that there is a mail server for whoever has an e-mail address.

        Raises:
            PolicyError: If there is none.
        """
        said = (
            "没有邮件服务器：须设 BRIDGEFUND_NOTICES_SMTP_HOST 与 BRIDGEFUND_NOTICES_FROM",
            ("there is no mail server: set BRIDGEFUND_NOTICES_SMTP_HOST and BRIDGEFUND_NOTICES_FROM"),
        )
        self._refuse(
            (("people", person, "email"), *said) for person, one in self.people.items() if one.email and not is_set
        )

    def _refuse(self, found: Iterator[tuple[Loc, str, str]]) -> None:
        lines = Lines(self._text)
        if faults := [Fault(self._name, lines.of(loc), spelled(loc), zh, en) for loc, zh, en in found]:
            raise PolicyError(faults)


def read_book(path: Path) -> Book:
    """Return the addresses in the TOML file *path*; secrets are files beside it, or elsewhere by a full path.

    Raises:
        PolicyError: With everything that is wrong in it, each with its line and key.
        BadInputError: If the file cannot be read.
    """
    try:
        text = path.read_bytes().decode()
    except OSError as e:
        raise BadInputError(str(path), e.strerror or str(e)) from e
    except UnicodeDecodeError as e:
        raise BadInputError(str(path), f"not UTF-8 at byte {e.start}") from e
    people = model_of(_File, as_data(text, str(path)), text, str(path)).people
    secrets: dict[str, bytes] = {}
    book = Book(people, secrets, text, str(path))
    book._refuse(_without_secret(path.parent, people, secrets))  # noqa: SLF001 - its own file's faults
    return book


def _without_secret(
    folder: Path, people: Mapping[str, Person], secrets: dict[str, bytes]
) -> Iterator[tuple[Loc, str, str]]:
    for person, one in people.items():
        if one.webhook_secret_file is None:
            continue
        file = folder / one.webhook_secret_file
        try:
            secrets[person] = secret_bytes(file.read_text(encoding="utf-8"))
        except OSError as e:
            why = e.strerror or str(e)
            yield ("people", person, "webhook_secret_file"), f"{file}：{why}", f"{file}: {why}"
        except ValueError as e:
            yield ("people", person, "webhook_secret_file"), f"{file} 不是密钥：{e}", f"{file} holds no secret: {e}"


def email_fault(address: str) -> tuple[str, str] | None:
    """Return what is wrong with an e-mail address, in both languages, or None."""
    said = f"{address!r} 不是邮箱地址（name@domain）", f"{address!r} is no e-mail address (name@domain)"
    if not address.isascii() or not address.isprintable() or " " in address or len(address) > ADDRESS_LENGTH_MAX:
        return said
    try:
        parsed = Address(addr_spec=address)
    except (HeaderParseError, ValueError, IndexError):
        return said
    labels = parsed.domain.split(".")
    return None if parsed.username and all(label and label.strip("-") == label for label in labels) else said


def url_fault(url: str) -> tuple[str, str] | None:
    """Return what is wrong with a webhook's URL, in both languages, or None."""
    try:
        parts = urlsplit(url)
        wrong: Any = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except ValueError:
        wrong = True
    if wrong or not url.isascii() or not url.isprintable() or " " in url:
        return f"{url!r} 不是 http(s) 地址", f"{url!r} is no http(s) URL"
    if parts.username is not None or parts.password is not None:
        return "地址中不得含有用户名或密码", "a URL must not hold a user or password"
    return None


def is_local(host: str) -> bool:
    """Return whether *host* is this machine by its very name or number; no name is looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
