"""Recording an import: the statement, who may sign it, and its rows in parts that count once the last is there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.act import Act
from domain.calendar import day_of
from domain.cases import mandates_stream
from domain.errors import BadInputError
from domain.ledger import Ledger, Read, Recorded, Step
from domain.mandate import MANDATE
from domain.policy import Profile
from domain.procedures.asking import NoRuleStatedError, WrongPostError, rules_of
from domain.signature import VALID_FOR, ForgedError, SignedMessage, check_signature, check_valid_at, digest_of, sign
from domain.testimony import TESTIMONY
from domain.testimony_facts import (
    STEP,
    AddRows,
    ImportedRow,
    ImportOpened,
    ImportStatement,
    OpenImport,
    SealImport,
    digest_of_rows,
    parts_of,
    stream_of_testimony,
)
from imports.checking import Checked, Told
from imports.reading import Source

AskedOf = Callable[[Act], OpenImport | AddRows | SealImport]


@dataclass(frozen=True)
class Signer:
    """Who vouches for a file: the person, the post, the key and the door that it belongs to."""

    person: str
    post: str
    key_id: str
    key: Ed25519PrivateKey
    door: str


@dataclass(frozen=True)
class Registrar:
    """The post that enters a receipt, and the line of the county's text that says so."""

    post: str
    clause: str


def registrar_of(profile: Profile) -> Registrar:
    """Return who may import: whoever enters a receipt.

    Raises:
        NoRuleStatedError: If the rules name nobody.
    """
    receipt = profile.receipt
    if receipt is None or not receipt.registrar:
        raise NoRuleStatedError(question="who enters a receipt?", key="receipt.registrar")
    return Registrar(receipt.registrar, receipt.clause)


def signed_import(county: str, source: Source, checked: Checked, signer: Signer, now: datetime) -> SignedMessage:
    """Return the importer's signed word: these rows were read from this file."""
    stream = stream_of_testimony(county, checked.year)
    rows_digest = digest_of_rows(checked.rows)
    said = ImportStatement(county, checked.year, source.name, source.digest, len(checked.rows), rows_digest)
    body = msgspec.json.encode(said).decode()
    message = SignedMessage(
        case=stream,
        # By what is said: who begins the same import again goes on where it stopped.
        command_id=f"{stream}:{digest_of(body)[:24]}:{signer.person}",
        step=STEP,
        body=body,
        person=signer.person,
        post=signer.post,
        door=signer.door,
        key_id=signer.key_id,
        issued_at=now.isoformat(),
        expires_at=(now + VALID_FOR).isoformat(),
    )
    return sign(message, signer.key)


def record(
    ledger: Ledger,
    message: SignedMessage,
    rows: tuple[ImportedRow, ...],
    now: datetime,
    told: Told = lambda _, __: None,
) -> list[Recorded]:
    """Store a file: its head, its rows part by part, its seal. What was cut off goes on; what is sealed stays as it is.

    Raises:
        RefusedError: If the signature, the mandate or the post does not hold, or rows stand already. Nothing is stored.
        BadInputError: If the message is none of an import.
    """
    said = _statement(message, rows)
    recorded: list[Recorded] = []
    commands = list(_commands(message, said, rows))
    for count, command in enumerate(commands, start=1):

        def steps(read: Read, command: AskedOf = command) -> list[Step]:
            # Looked at before each append: a mandate that ends meanwhile ends the import too.
            if said.file_digest in read(TESTIMONY, message.case).files:
                return []
            return [Step(message.case, command(_act(read, message, said, now)))]

        recorded += ledger.transact(steps)
        told(count, len(commands))
    return recorded


def _commands(message: SignedMessage, said: ImportStatement, rows: tuple[ImportedRow, ...]) -> Iterator[AskedOf]:
    """Yield what is to be asked, one append after the other."""
    yield lambda act: OpenImport(act, _opened(act, message, said), rows)
    for first, part in parts_of(rows):
        yield partial(_adding, message.command_id, first, part)
    yield lambda act: SealImport(_numbered(act, "seal"), message.command_id)


def _adding(opening: str, first: int, part: tuple[ImportedRow, ...], act: Act) -> AddRows:
    return AddRows(_numbered(act, str(first)), opening, first, part)


def _numbered(act: Act, what: str) -> Act:
    return msgspec.structs.replace(act, command_id=f"{act.command_id}:{what}")


def _opened(act: Act, message: SignedMessage, said: ImportStatement) -> ImportOpened:
    return ImportOpened(
        act=act,
        county=said.county,
        year=said.year,
        file_name=said.file_name,
        file_digest=said.file_digest,
        rows=said.rows,
        statement=message.body,
        key_id=message.key_id,
        issued_at=message.issued_at,
        expires_at=message.expires_at,
        signature=message.signature,
    )


def _statement(message: SignedMessage, rows: tuple[ImportedRow, ...]) -> ImportStatement:
    try:
        said = msgspec.json.decode(message.body, type=ImportStatement)
    except msgspec.DecodeError as e:
        raise BadInputError("body", f"not the statement of an import: {e}") from e
    if message.case != stream_of_testimony(said.county, said.year) or message.step != STEP:
        raise BadInputError("case", f"{message.case!r} is not what the body is about")
    if (said.rows, said.rows_digest) != (len(rows), digest_of_rows(rows)):
        raise ForgedError(reason="the rows are not those that were signed", key_id=message.key_id)
    return said


def _act(read: Read, message: SignedMessage, said: ImportStatement, now: datetime) -> Act:
    """Return the act of an import whose signature, mandate and post hold."""
    mandates = read(MANDATE, mandates_stream(said.county))
    check_signature(message, mandates.key(message.key_id, message.person, message.door).public_key)
    check_valid_at(message, now)
    today = day_of(now)
    held = mandates.mandate(message.person, message.post, today)
    registrar = registrar_of(rules_of(read, said.county).profile)
    if message.post != registrar.post:
        needed, clause = registrar.post, registrar.clause
        raise WrongPostError(what="import an older year", needed=needed, post=message.post, clause=clause)
    return Act(
        command_id=message.command_id,
        digest=message.digest,
        person=message.person,
        post=message.post,
        unit=held.unit,
        door=message.door,
        occurred_on=today,
        recorded_at=now,
        evidence=f"{said.file_name} sha256 {said.file_digest}",
        clause=registrar.clause,
    )
