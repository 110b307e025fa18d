"""Opening a sample store: it is marked, a county's rules adopted, its people appointed, its doors' keys registered."""

from datetime import date, datetime
from pathlib import Path

from activities.adopting import adopt_rules
from activities.calendars import load_calendars
from domain.act import Act
from domain.calendar import day_of
from domain.cases import STORE, mandates_stream
from domain.county import PolicyAdopted
from domain.errors import BadInputError
from domain.ledger import Ledger, Step
from domain.mandate_facts import Appoint, Appointed, KeyRegistered, RegisterKey
from domain.policy import Policy, Profile, load, load_engine
from domain.policy.office import Office, parse_office, with_office
from domain.signature import digest_of
from domain.store import STORE as STORE_DECIDER
from domain.store import MarkedSample, MarkSample
from domain.terms import PolicyRef
from simulation.keys import derived, public_hex
from simulation.sample_model import Samples

POLICIES = Path(__file__).parent.parent / "policies"
DOORS = ("simulation", "cli")
OPENER = "sample-opener"


def open_store(ledger: Ledger, secret: str, starts_at: datetime, shift_s: float) -> None:
    """Mark an empty store as a sample whose business clock is *shift_s* seconds beside the server's."""
    if ledger.state(STORE_DECIDER, STORE).sample is None:
        act = opening_act("store:mark", starts_at)
        ledger.execute(Step(STORE, MarkSample(act, MarkedSample(act, starts_at, shift_s, secret))))


def open_county(ledger: Ledger, samples: Samples, secret: str, now: datetime) -> PolicyRef:
    """Adopt the county's rules, appoint the sample people, register the sample doors' keys."""
    county = samples.head.county
    ref = adopt(ledger, county, policy_of(samples), now, offices_of(samples))
    stream = mandates_stream(county)
    first = date(samples.head.year, 1, 1)
    for person in samples.people:
        act = opening_act(f"{county}:appoint:{person.post}:{person.person}", now)
        held = Appointed(act, county, person.person, person.post, person.unit, first, None)
        ledger.execute(Step(stream, Appoint(act, held)))
    for door in DOORS:
        key_id, key = derived(secret, county, door)
        act = opening_act(f"{county}:key:{key_id}", now)
        ledger.execute(Step(stream, RegisterKey(act, KeyRegistered(act, county, key_id, public_hex(key), door, ""))))
    return ref


def adopt(ledger: Ledger, county: str, policy: Policy, now: datetime, offices: tuple[Office, ...] = ()) -> PolicyRef:
    """Adopt a county's profile together with the engine's rules, and the *offices* that fill what it leaves open.

    Raises:
        PolicyError: If a file is wrong, or an office decision touches what the text says.
    """
    engine = load_engine(POLICIES / "engine.toml")
    with_office(policy, offices)
    digests = tuple(office.digest for office in offices)
    ref = PolicyRef(policy.profile.version, policy.digest, engine.digest, digests)
    command_id = ":".join((county, "adopt", *(digest[:12] for digest in (policy.digest, engine.digest, *digests))))
    act = opening_act(command_id, now)
    texts = tuple(office.text for office in offices)
    adopted = PolicyAdopted(act, county, ref, policy.text, engine.text, texts)
    adopt_rules(ledger, adopted, load_calendars(POLICIES / "calendars"))
    return ref


def policy_of(samples: Samples) -> Policy:
    """Return the county's rules: the folder's own, or those in `policies/`.

    Raises:
        BadInputError: If there are neither, or a file is wrong.
    """
    if samples.policy is not None:
        return samples.policy
    path = POLICIES / f"{samples.head.county}.toml"
    if not path.is_file():
        raise BadInputError("policy.toml", f"the samples' folder has none, and there is no {path}")
    return load(path)


def offices_of(samples: Samples) -> tuple[Office, ...]:
    """Return the office decisions of a sample year: one, or none."""
    name = f"{samples.head.county}-{samples.head.year}/office.toml"
    return (parse_office(samples.office, name),) if samples.office else ()


def profile_of(samples: Samples) -> Profile:
    """Return the rules that a sample year is played under.

    Raises:
        PolicyError: If a file is wrong, or the office decision touches what the text says.
    """
    return with_office(policy_of(samples), offices_of(samples))


def opening_act(command_id: str, now: datetime) -> Act:
    """Return an act of whoever opens a sample store: no post of the county."""
    return Act(command_id, digest_of(command_id), OPENER, OPENER, OPENER, "simulation", day_of(now), now)
