"""A county whose posts are held, and what it takes to send its notices: for tests."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from cli.notice_names import NoticeNames
from domain.act import Act
from domain.calendar import SHANGHAI
from domain.cases import mandates_stream
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed
from notices.addresses import Person
from notices.mail import MailServer
from notices.outbox import Noted, Outbox
from notices.reading import Reader, begin
from tests.story import COUNTY, Story, open_county

BEGINS = datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
SECRET = "whsec_" + "c2FtcGxlLXNlY3JldC1vZi10aGUtdGVzdHM="
POSTS = (
    "village_committee",
    "township_office",
    "field_team",
    "rrb",
    "leading_group",
    "finance_section",
    "payment_centre",
    "deputy_director",
    "director",
    "chief_watch_post",
    "implementing_unit",
    "treasury_officer",
    "competent_department",
)


def open_office(ledger: Ledger, *, sample: bool = True, but: str = "") -> Story:
    """Open the sample county, with the person `p-POST` in each post *but* one."""
    story = Story(ledger)
    open_county(story, sample=sample)
    for post in (post for post in POSTS if post != but):
        appoint(ledger, f"p-{post}", post)
    return story


def appoint(
    ledger: Ledger,
    person: str,
    post: str,
    first: date = date(2023, 1, 1),
    last: date | None = None,
    unit: str = "office",
) -> None:
    """Appoint a person to a post."""
    at = datetime(2023, 1, 1, 8, tzinfo=SHANGHAI)
    act = Act(f"appoint-{person}-{post}-{first}", "d", "opener", "opener", "office", "test", at.date(), at)
    appointed = Appointed(act, COUNTY, person, post, unit, first, last)
    ledger.execute(Step(mandates_stream(COUNTY), Appoint(act, appointed)))


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = BEGINS

    def __call__(self) -> datetime:
        """Return its moment."""
        return self.at

    def on(self, **by: float) -> datetime:
        """Move on, and return the moment."""
        self.at += timedelta(**by)
        return self.at


@dataclass
class Desk:
    """One store's notices, read and sent at the moments of one clock."""

    ledger: Ledger
    engine: Engine
    people: dict[str, Person] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)

    @property
    def outbox(self) -> Outbox:
        """Return the outbox."""
        return Outbox(self.engine)

    @property
    def noted(self) -> list[Noted]:
        """Return every notice."""
        return self.outbox.noted()

    def reader(self, batch: int = 1_000) -> Reader:
        """Return a new reader, as of a new process."""
        channels = {person: one.channels for person, one in self.people.items()}
        return Reader(self.ledger, self.engine, NoticeNames(self.ledger, {}), channels, batch)

    def begin(self) -> None:
        """Switch the notices on."""
        begin(self.ledger, self.engine, self.clock())

    def read(self, batch: int = 1_000) -> int:
        """Queue what is new, by a new reader."""
        return self.reader(batch).read_on(self.clock())

    def states(self) -> list[tuple[str, str]]:
        """Return each delivery's person and state, in order."""
        return [(one.person, delivery.state) for one in self.noted for delivery in one.deliveries]


def everybody_by_mail() -> dict[str, Person]:
    """Return an address for each post's holder."""
    return {f"p-{post}": Person(name=f"样例·{post}", email=f"{post}@example.test") for post in POSTS}


def by_webhook(url: str) -> Person:
    """Return somebody who is reached by webhook."""
    return Person.model_validate({"webhook": url, "webhook_secret_file": "x"})


def mail_at(port: int, *, come_in_s_max: float = 20.0, answer_s_max: float = 20.0) -> MailServer:
    """Return the settings of a mail server on this machine."""
    sender = "bridgefund@county.test"
    return MailServer("127.0.0.1", port, "none", sender, come_in_s_max=come_in_s_max, answer_s_max=answer_s_max)


def utc_now() -> datetime:
    """Return the machine's moment: receivers of webhooks judge by it."""
    return datetime.now(UTC)
