"""The lives of every aggregate, told into one ledger as the sample county's: what no story of a year has room for."""

from domain.cases import case_id, county_stream, instrument_stream, year_stream
from domain.county import AdoptPolicy, PolicyAdopted
from domain.errors import RefusedError
from domain.ledger import Ledger, Step
from domain.policy import load, load_engine
from tests.domain.county import POLICIES
from tests.domain.given import REF, by
from tests.domain.test_invariants import LIVES

COUNTY = "sample"
NUMBERS = {
    "disclosure": "D1",
    "hotline": "R1",
    "training": "T1",
    "performance": "A01",
    "asset": "Z1",
    "project": "A01",
    "dispatch": "2022-03",
    "watch": "2022-W10",
    "fund": "F1",
    "claim": "C1",
    "surplus": "2022-prior_year",
}
STREAMS = {
    **{kind: case_id(COUNTY, kind, no) for kind, no in NUMBERS.items()},
    "year": year_stream(COUNTY, 2022),
    "instrument": instrument_stream(COUNTY, "insurance"),
}


def tell_lives(ledger: Ledger) -> None:
    """Let each life take its course, each act by another person; what is out of turn is refused, and goes by."""
    rules, engine, act = load(POLICIES / f"{COUNTY}.toml"), load_engine(POLICIES / "engine.toml"), by("opener")
    adopted = PolicyAdopted(act, COUNTY, REF, rules.text, engine.text)
    ledger.execute(Step(county_stream(COUNTY), AdoptPolicy(act, adopted)))
    for kind, stream in STREAMS.items():
        for n, make in enumerate(LIVES[kind]):
            try:
                ledger.execute(Step(stream, make(by(f"person-{n}"))))
            except RefusedError:
                continue
