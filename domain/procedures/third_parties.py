"""Outside parties (第三方) who do a step for the county: with a paper, and of no unit of the county's own."""

from domain.act import Act
from domain.performance_refusals import NoThirdPartyError, PaperMissingError
from domain.policy import Profile

OUTSIDE = "outside"


def check_third_party(profile: Profile, act: Act, what: str, record: str, clause: str) -> str:
    """Return the unit of who acts. Somebody outside needs a paper for *what*, and must be of no unit inside (ours).

    Raises:
        PaperMissingError: If an outside party hands in no paper.
        NoThirdPartyError: If it is of a unit to which a post of the county's own belongs.
    """
    post = next(post for post in profile.posts if post.id == act.post)
    if post.kind != OUTSIDE:
        return post.unit
    if not record:
        raise PaperMissingError(post=post.id, what=what, clause=clause)
    inside = next((p for p in profile.posts if p.kind != OUTSIDE and p.unit == post.unit), None)
    if inside is not None:
        raise NoThirdPartyError(post=post.id, other=inside.id, unit=post.unit, what=what, clause=clause)
    return post.unit
