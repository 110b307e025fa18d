"""What people said of a project for its county's checks: target, linkage, and whether a ban catches it."""

from dataclasses import dataclass, field

from domain.errors import RefusedError
from domain.project_facts import Attest, Attested, LinkageSet, ProjectFact, SetLinkage, SetTarget, TargetSet

# Nobody is waited for with these: they may be asked for at any time before the close.
CHECKS = ("attest", "set-target", "set-linkage")


class ClosedProjectError(RefusedError):
    """An attestation, a target or a linkage for a project that is closed."""

    zh = "项目 {project_no} 已办结；绩效目标、联农带农机制和负面清单认定须在办结前办理（引擎规则）"
    en = (
        "project {project_no} is closed; its target, linkage and attestations must come before that (the engine's rule)"
    )


class OpinionMissingError(RefusedError):
    """An attestation that a ban catches the project, without saying why."""

    zh = "项目 {project_no}：认定属于负面清单 {ban} 的，须写明意见（引擎规则）"
    en = "project {project_no}: to attest that the ban {ban} catches it must have an opinion (the engine's rule)"


@dataclass
class ChecksOfProject:
    """The latest word on each; the earlier ones stay in the history."""

    target: TargetSet | None = None
    linkage: LinkageSet | None = None
    attested: dict[str, Attested] = field(default_factory=dict)

    def judge(
        self, project_no: str, command: Attest | SetTarget | SetLinkage, *, closed: bool
    ) -> tuple[ProjectFact, ...]:
        """Return the fact of *command*; who may ask is the procedure's to check.

        Raises:
            RefusedError: If the project is closed, or a ban catches it and nobody says why.
        """
        if closed:
            raise ClosedProjectError(project_no=project_no)
        match command:
            case Attest(act, ban, clear, opinion, record):
                if not clear and not opinion.strip():
                    raise OpinionMissingError(project_no=project_no, ban=ban)
                return (Attested(act, ban, clear, opinion, record),)
            case SetTarget(act, target, record):
                return (TargetSet(act, target, record),)
            case SetLinkage(act, mode, households, record):
                return (LinkageSet(act, mode, households, record),)

    def note(self, fact: ProjectFact) -> None:
        """Fold one fact, in place."""
        match fact:
            case TargetSet():
                self.target = fact
            case LinkageSet():
                self.linkage = fact
            case Attested():
                self.attested[fact.ban] = fact
            case _:
                pass
