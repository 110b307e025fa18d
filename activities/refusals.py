"""A refusal is a fact, beside the case and not in it; and its words reach the caller in both languages."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from temporalio.exceptions import ApplicationError

from domain.act import Act
from domain.attempts import ATTEMPTS, AttemptRefused, RecordRefusal
from domain.calendar import day_of
from domain.cases import attempts_stream, parse_case
from domain.errors import BadInputError, BridgefundError, RefusedError, StoreUnreachableError
from domain.ledger import Ledger, Recorded, Step
from domain.mandate_refusals import UnknownKeyError
from domain.signature import ForgedError, SignedMessage, digest_of

UNVERIFIED = "unverified"


def to_failure(error: BridgefundError) -> ApplicationError:
    """Return *error* as what the update's caller gets: its class as type, its words as details."""
    words = {"zh": error.text("zh"), "en": error.text("en")}
    return ApplicationError(str(error), words, type=type(error).__name__, non_retryable=not error.temporary)


def record_or_refuse(
    ledger: Ledger, message: SignedMessage, now: datetime, work: Callable[[], list[Recorded]]
) -> list[Recorded]:
    """Do *work*; if a rule says no, record the attempt and fail for good.

    Raises:
        ApplicationError: Not retryable, with the rule as type and its reason as message; or to be tried again, where
            the store could not take it.
    """
    try:
        return _recorded(ledger, message, now, work)
    except StoreUnreachableError as e:
        # Whoever waits for an answer can be told why there is none yet: Temporal keeps it so long as it is short, which
        # the stacks of its causes are not.
        raise to_failure(e) from None


def _recorded(
    ledger: Ledger, message: SignedMessage, now: datetime, work: Callable[[], list[Recorded]]
) -> list[Recorded]:
    try:
        _check_writable(message)
        known = _refused_before(ledger, message)
        if known is not None:
            # A refusal whose answer got lost stands, even if the rule would say yes by now.
            words = {"zh": known.zh, "en": known.en}
            raise ApplicationError(known.en, words, type=known.rule, non_retryable=True)
        return work()
    except BadInputError as e:
        raise to_failure(e) from e
    except RefusedError as e:
        _record(ledger, message, now, e)
        raise to_failure(e) from e


def _check_writable(message: SignedMessage) -> None:
    # No store takes these; an activity that failed at them would be tried again for ever.
    for name, text in asdict(message).items():
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise BadInputError(name, f"{text!r} has a character that cannot be stored")


def _stream(message: SignedMessage, person: str) -> str:
    # By the message's own day: a retry after midnight must find the same stream.
    day = datetime.fromisoformat(message.issued_at).date().isoformat()
    return attempts_stream(parse_case(message.case).county, person, day)


def _refused_before(ledger: Ledger, message: SignedMessage) -> AttemptRefused | None:
    try:
        stream = _stream(message, message.person)
    except ValueError as e:
        raise BadInputError("issued_at", str(e)) from e
    # Not among the unverified: a forger must not spoil a command's id for the one whose it is.
    refused = ledger.state(ATTEMPTS, stream).refused
    for known in (refused.get(message.command_id), refused.get(_second_id(message))):
        if known is not None and _is_of(known, message):
            return known
    return None


def _is_of(known: AttemptRefused, message: SignedMessage) -> bool:
    return (known.case, known.act.digest) == (message.case, digest_of(message.body))


def _second_id(message: SignedMessage) -> str:
    # For a refusal whose command id stands already for something else that was refused.
    return f"{message.command_id}~{digest_of(message.case + message.body)[:16]}"


def _record(ledger: Ledger, message: SignedMessage, now: datetime, error: RefusedError) -> None:
    # A message without a good signature proves nothing about the person that it names.
    person = UNVERIFIED if isinstance(error, ForgedError | UnknownKeyError) else message.person
    stream = _stream(message, person)
    known = ledger.state(ATTEMPTS, stream).refused.get(message.command_id)
    act = Act(
        command_id=message.command_id if known is None or _is_of(known, message) else _second_id(message),
        digest=digest_of(message.body),
        person=person,
        post=message.post,
        unit="",
        door=message.door,
        occurred_on=day_of(now),
        recorded_at=now,
    )
    refused = AttemptRefused(act, message.case, message.step, type(error).__name__, error.text("zh"), error.text("en"))
    ledger.execute(Step(stream, RecordRefusal(act, refused)))
