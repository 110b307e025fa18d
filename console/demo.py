"""Accounts of a sample's people: one for everybody who holds a post, all with one password that is told."""

from console.accounts import AccountTakenError
from console.house import House
from projections.people_read import terms

PASSWORD = "sample-demo-2022"  # noqa: S105 - told to everybody, and of use on a demo's own machine only


def sample_accounts(house: House) -> list[str]:
    """Make an account for everybody who holds a post of a sample store today, and return their logins."""
    assert house.sample
    house.fresh()
    people = list(dict.fromkeys(term.person for term in terms(house.engine, on=house.today())))
    for person in people:
        try:
            house.accounts.create(person, person, house.demo_password, house.wall_now(), must_change=False, sample=True)
        except AccountTakenError:  # Of an earlier start.
            continue
    return people
