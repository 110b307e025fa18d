"""Terms of supervision (监督): who does what recurs, what each rung of a ladder wants, who ranks, who keeps."""

import msgspec

from domain.terms import PolicyRef

# The same thing under two names: who answers for a project, and the project.
_ONE_FAMILY = {"project_head": "project"}


def family(subject: str) -> str:
    """Return what a kind of subject is measured as: a project's head by the project."""
    return _ONE_FAMILY.get(subject, subject)


class ByWhen(msgspec.Struct, frozen=True, omit_defaults=True):
    """By when, as the text has it: a day (*by_day*, *month_end*), a *count* of days, or *every* period makes a clock.

    *ladder* is the county's own that a breach climbs; "" where the text names none.
    """

    kind: str
    clause: str
    responsible: str = ""
    start: str = ""
    every: str = ""
    times: int = 1
    by_day: int = 0
    month_end: bool = False
    count: int = 0
    unit: str = ""
    ladder: str = ""


class RoutineTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """What recurs or is done as needed: by whom, with whom, to whom. *record* names its paper; "" wants none."""

    id: str
    topic: str
    clause: str
    post: str = ""
    together_with: tuple[str, ...] = ()
    consults: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    subject: str = ""
    record: str = ""
    by_when: ByWhen | None = None


class RungTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rung: on its *trigger* the *actor* acts on the *subject*, with an *effect*, and tells those in *to*."""

    id: str
    trigger: str
    subject: str
    effect: str
    clause: str
    actor: str = ""
    to: tuple[str, ...] = ()
    wait_days: int = 0
    limit: ByWhen | None = None


class LadderTerm(msgspec.Struct, frozen=True):
    """A ladder: its rungs in the order in which they are climbed."""

    id: str
    clause: str
    rungs: tuple[RungTerm, ...]

    def before(self, rung: RungTerm) -> tuple[RungTerm, ...]:
        """Return the rungs that must be taken on a subject first: the earlier ones for subjects of its kind."""
        earlier = self.rungs[: self.rungs.index(rung)]
        return tuple(one for one in earlier if family(one.subject) == family(rung.subject))


class RankingTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A ranking (排名). Without a *back_count* there is only a list (A-13)."""

    id: str
    subject: str
    clause: str
    post: str = ""
    back_count: int | None = None


class KeepingTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that is kept of supervision: *of* says of what, *signatures* how many sign it."""

    id: str
    of: str
    clause: str
    keeper: str = ""
    signatures: int = 0


class ProblemTerm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem that the text names itself, with what it proposes."""

    id: str
    clause: str
    proposal_zh: str = ""
    proposal_en: str = ""


class SystemTerm(msgspec.Struct, frozen=True):
    """A system outside that anomalies are seen in."""

    id: str
    direction: str
    clause: str


class OversightTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that a case of supervision runs under. *answers*: the posts that answer (责任) for the money."""

    policy: PolicyRef
    routines: tuple[RoutineTerm, ...] = ()
    ladders: tuple[LadderTerm, ...] = ()
    rankings: tuple[RankingTerm, ...] = ()
    kept: tuple[KeepingTerm, ...] = ()
    problems: tuple[ProblemTerm, ...] = ()
    answers: tuple[str, ...] = ()
    systems: tuple[SystemTerm, ...] = ()

    def routine(self, *topics: str) -> RoutineTerm | None:
        """Return the first routine of these topics, the topics in their order."""
        return next((one for topic in topics for one in self.routines if one.topic == topic), None)

    def keeping(self, of: str) -> KeepingTerm | None:
        """Return the record that is kept of something."""
        return next((one for one in self.kept if one.of == of), None)

    @property
    def tasks(self) -> RoutineTerm | None:
        """Return the routine by which a month's tasks are set: one of its own, else the dispatch itself."""
        return self.routine("task", "dispatch")

    @property
    def task_subject(self) -> str:
        """Return on whom tasks are set: as their routine says, else as the first rung that looks at them says."""
        if self.tasks and self.tasks.subject:
            return self.tasks.subject
        looked_at = (r.subject for ladder in self.ladders for r in ladder.rungs if r.trigger in MEASURED)
        return next(looked_at, "")

    @property
    def posts(self) -> tuple[str, ...]:
        """Return every post that has a part in supervision, each once."""
        of_routines = (post for one in self.routines for post in (one.post, *one.together_with))
        of_rungs = (rung.actor for ladder in self.ladders for rung in ladder.rungs)
        others = (*(one.post for one in self.rankings), *(one.keeper for one in self.kept))
        return tuple(dict.fromkeys(post for post in (*of_routines, *of_rungs, *others) if post))


# The triggers that a month's figures set off.
MEASURED = ("task_unmet", "slow_progress")
