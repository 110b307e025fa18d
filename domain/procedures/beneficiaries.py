"""Groups who benefit (受益群体): which the county's text names, in which order, households or villages."""

from domain.errors import BadInputError
from domain.performance_facts import Reached
from domain.performance_refusals import NotABeneficiaryError
from domain.policy import Profile
from domain.requests import Helped


def reached(
    profile: Profile, given: tuple[Helped, ...], clause: str, *, of: tuple[str, ...] = ()
) -> tuple[Reached, ...]:
    """Return who was reached, each group with its place in the county's order.

    Raises:
        NotABeneficiaryError: If a group is none of the county's, or none of those that the rule is *of*.
        BadInputError: If one stands twice.
    """
    groups = {group.id for group in profile.groups}
    known = [group for group in of or groups if group in groups]
    names = [helped.group for helped in given]
    for name in names:
        if name not in known:
            raise NotABeneficiaryError(group=name, known=", ".join(sorted(known)) or "-", clause=clause)
        if names.count(name) > 1:
            raise BadInputError("reached.group", f"{name!r} stands twice")
    order = order_of(profile)
    return tuple(Reached(h.group, h.count, order.index(h.group) + 1 if h.group in order else 0) for h in given)


def order_of(profile: Profile) -> tuple[str, ...]:
    """Return the groups in the order in which the county's text names them for its linkage, if it does."""
    return next((rule.groups for rule in profile.linkage if rule.topic == "order"), ())


def sums(profile: Profile, groups: tuple[Reached, ...]) -> tuple[int, int]:
    """Return how many households, and how many villages, were reached: people are counted by household."""
    of_people = {group.id for group in profile.groups if group.of == "people"}
    households = sum(r.count for r in groups if r.group in of_people)
    return households, sum(r.count for r in groups) - households
