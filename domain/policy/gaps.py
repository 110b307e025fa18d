"""What a county's text leaves open (未规定): shown as such, never filled in by a default."""

from collections.abc import Iterator

from domain.policy.base import OPEN, Loc, Model
from domain.policy.profile import Profile


def not_set(profile: Profile) -> tuple[str, ...]:
    """Return the keys that the text leaves open, in the order of the profile."""
    return tuple(".".join(str(part) for part in loc) for loc in _gaps(profile, ()))


def _gaps(rule: Model, at: Loc) -> Iterator[Loc]:
    moot = rule.moot()
    for name in sorted(rule.unsaid()):
        yield (*at, name)
    for name, field in type(rule).model_fields.items():
        value = getattr(rule, name)
        if OPEN in field.metadata and value in (None, ()) and name not in moot:
            yield (*at, name)
        elif isinstance(value, Model):
            yield from _gaps(value, (*at, name))
        elif isinstance(value, tuple):
            for n, item in enumerate(value):
                if isinstance(item, Model):
                    yield from _gaps(item, (*at, name, getattr(item, "id", n)))
