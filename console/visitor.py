"""Who is signed in, and at which desks: the posts held today, and those of people who are away."""

from dataclasses import dataclass

from console.house import House
from projections.people_read import absences, terms


@dataclass(frozen=True)
class Seat:
    """A post of a county that somebody acts for: an own one, or *on_behalf_of* somebody who is away."""

    county: str
    post: str
    person: str
    unit: str
    on_behalf_of: str = ""

    @property
    def id(self) -> str:
        """Return how a form names it."""
        return f"{self.post}@{self.on_behalf_of}" if self.on_behalf_of else self.post


@dataclass(frozen=True)
class Visitor:
    """A person who is signed in. `csrf` is what each of their forms must carry."""

    account: str
    person: str
    name: str
    csrf: str
    seats: tuple[Seat, ...]

    @property
    def counties(self) -> tuple[str, ...]:
        """Return the counties of which the person may see anything."""
        return tuple(dict.fromkeys(seat.county for seat in self.seats))

    def seats_in(self, county: str) -> tuple[Seat, ...]:
        """Return the person's desks in a county."""
        return tuple(seat for seat in self.seats if seat.county == county)


def seats_of(house: House, person: str) -> tuple[Seat, ...]:
    """Return where a person may act today: the own posts first, then those of people who are away."""
    today = house.today()
    own = [Seat(term.county, term.post, person, term.unit) for term in terms(house.engine, person=person, on=today)]
    away = absences(house.engine, deputy=person, on=today)
    stood_for = [Seat(one.county, one.post, person, "", one.person) for one in away]
    return tuple(dict.fromkeys((*own, *stood_for)))
