"""`bridgefund policy adopt`: a county's rules, its office decisions and the engine's own become one fact."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from activities.adopting import adopt_rules
from activities.calendars import load_calendars
from activities.deciding import NotYetError
from cli.keys import DOOR
from domain.act import Act
from domain.calendar import day_of
from domain.cases import STORE, county_stream
from domain.county import COUNTY, PolicyAdopted
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.policy import Engine, Policy, Profile, load, load_engine
from domain.policy.office import Office, parse_office, with_office
from domain.signature import digest_of
from domain.store import STORE as STORE_DECIDER
from domain.terms import PolicyRef
from doors.clock import business_now
from doors.stores import DEMO_STORE, SQLITE, open_store, sqlite_path, store_url
from doors.texts import t

_OPERATOR = "operator"
_CALENDARS = Path(__file__).parent.parent / "policies" / "calendars"


@dataclass(frozen=True)
class Adoption:
    """What is to be adopted, read and found right: nothing of it is stored yet."""

    policy: Policy
    engine: Engine
    offices: tuple[Office, ...]
    profile: Profile

    @property
    def ref(self) -> PolicyRef:
        """Return the digests by which a case names the rules that it began under."""
        offices = tuple(office.digest for office in self.offices)
        return PolicyRef(self.profile.version, self.policy.digest, self.engine.digest, offices)

    @property
    def sample(self) -> bool:
        """Return whether anything in it is made up."""
        return self.profile.county.sample or any(office.decided.sample for office in self.offices)


@dataclass(frozen=True)
class Adopted:
    """What came of it: the fact in force, whether it is new, and whether the store is a sample."""

    fact: PolicyAdopted
    new: bool
    sample_store: bool


def adoption_of(county: str, file: Path, engine: Path, offices: list[Path]) -> Adoption:
    """Return what the files of a county hold.

    Raises:
        BadInputError: If a file is wrong, is another county's, or an office decision touches what the text says.
    """
    policy = load(file)
    if policy.profile.county.id != county:
        said = policy.profile.county.id
        raise BadInputError(str(file), t(f"是 {said} 的政策，不是 {county} 的", f"it is of {said}, not of {county}"))
    decisions = tuple(_office(path) for path in offices)
    digests = [office.digest for office in decisions]
    for n, office in enumerate(decisions):
        if office.digest in digests[:n]:
            raise BadInputError("--office", t(f"{office.name} 给了两次", f"{office.name} is given twice"))
    return Adoption(policy, load_engine(engine), decisions, with_office(policy, decisions))


def opened(store: str | None, *, new: bool) -> Ledger:
    """Open a store; one that is not there is made only where *new* says so. The caller closes it.

    Raises:
        BadInputError: If it is not there, or is to be made without its name being given, or in no folder.
    """
    url = store_url(store)
    path = sqlite_path(url)
    if not new or path is None or path.is_file():
        return open_store(store)
    if url == f"{SQLITE}{DEMO_STORE}":
        unnamed = t("新库须用 --store 或 BRIDGEFUND_STORE 指明", "name the new store by --store or BRIDGEFUND_STORE")
        raise BadInputError("--new", unnamed)
    if not path.parent.is_dir():
        raise BadInputError("--store", t(f"没有这个文件夹：{path.parent}", f"no such folder: {path.parent}"))
    return Ledger(url)


def check_days(adoption: Adoption, on: date, today: date) -> None:
    """Refuse a stated day that has not come, or on which an office decision was not yet taken.

    Raises:
        NotYetError: If the day lies after today.
        BadInputError: If an office decision is of a later day.
    """
    if on > today:
        raise NotYetError(on=on, today=today)
    for office in adoption.offices:
        if office.decided.date > on:
            later = office.decided.date
            said = f"办理规定日期 {later} 晚于采纳日 {on}", f"decided on {later}, after the day of adoption, {on}"
            raise BadInputError(office.name, t(*said))


def adopt(ledger: Ledger, county: str, adoption: Adoption, on: date | None) -> Adopted:
    """Store the adoption, unless these very rules are in force already.

    Raises:
        NotYetError: If the stated day has not come.
        BadInputError: If an office decision is of a later day than the adoption.
    """
    stream, now = county_stream(county), business_now(ledger)
    sample_store = ledger.state(STORE_DECIDER, STORE).sample is not None
    state = ledger.state(COUNTY, stream)
    if state.current == adoption.ref:
        return Adopted(state.texts[adoption.ref], new=False, sample_store=sample_store)
    on = on or day_of(now)
    check_days(adoption, on, day_of(now))
    ref = adoption.ref
    # Numbered: rules that were replaced may be adopted again.
    content = ":".join((ref.profile, ref.engine, *ref.office))
    command_id = f"{county}:adopt:{len(state.done) + 1}:{digest_of(content)[:12]}"
    act = Act(command_id, digest_of(content), _OPERATOR, _OPERATOR, _OPERATOR, DOOR, on, now)
    texts = tuple(office.text for office in adoption.offices)
    fact = PolicyAdopted(act, county, ref, adoption.policy.text, adoption.engine.text, texts)
    new = bool(adopt_rules(ledger, fact, load_calendars(_CALENDARS)))
    return Adopted(ledger.state(COUNTY, stream).texts[ref], new=new, sample_store=sample_store)


def _office(path: Path) -> Office:
    try:
        # Not read_text(): it would change line ends, and with them the digest.
        text = path.read_bytes().decode()
    except OSError as e:
        raise BadInputError(str(path), e.strerror or str(e)) from e
    except UnicodeDecodeError as e:
        raise BadInputError(str(path), f"not UTF-8 at byte {e.start}") from e
    return parse_office(text, str(path))
