"""The award on result (按户奖励): which of a county's instruments it is."""

from domain.policy import Profile
from domain.policy.money import Instrument


def award_of(profile: Profile) -> Instrument | None:
    """Return the award on result for each household, where the linkage is one (A-49)."""
    if not any(rule.topic == "standing" and rule.effect == "award" for rule in profile.linkage):
        return None
    return next((one for one in profile.instruments if one.kind == "award" and one.per == "household"), None)
