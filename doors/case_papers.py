"""One case and its papers (附件), as both doors look at them: what there is, and for which step a paper is."""

from dataclasses import dataclass
from typing import Literal, Self

from domain.cases import STORE, CaseId, parse_case
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.paper_refusals import NoSuchPaperError
from domain.papers import PAPERS, SEVERAL, PaperAttached, PapersState, missing, papers_stream, standing_digests
from domain.procedures.asking import Rules, rules_of
from domain.procedures.papers import OfStep, steps_of
from domain.registry import BY_KIND
from domain.store import STORE as STORE_DECIDER
from doors.texts import t


@dataclass(frozen=True)
class CasePapers:
    """One case, and what there is of its papers."""

    ledger: Ledger
    case: CaseId
    papers: PapersState

    @classmethod
    def of(cls, ledger: Ledger, case: str) -> Self:
        """Look at one case of a ledger."""
        return cls(ledger, parse_case(case), ledger.state(PAPERS, papers_stream(case)))

    @property
    def id(self) -> str:
        """Return the case's id."""
        return "/".join(self.case)

    def check_begun(self) -> None:
        """Check that there is such a case, or papers for it: a misspelt name must not look like an empty list.

        Raises:
            BadInputError: If there is neither.
        """
        if not (self.papers.done or self.ledger.state(BY_KIND[self.case.kind], self.id).done):
            raise BadInputError("CASE", t(f"没有这件案件：{self.id}", f"no such case: {self.id}"))

    @property
    def versions(self) -> list[PaperAttached]:
        """Return every version of every paper, those of one paper together, oldest first."""
        return [one for versions in self.papers.versions.values() for one in versions]

    def state_of(self, one: PaperAttached) -> Literal["stands", "replaced", "withdrawn"]:
        """Return what became of a version of a paper."""
        if one is self.papers.standing.get(one.paper):
            return "stands"
        replaced = {later.replaces for later in self.papers.versions[one.paper]}
        return "replaced" if one.digest in replaced else "withdrawn"

    def steps(self) -> dict[str, OfStep]:
        """Return the steps that a paper may belong to."""
        return steps_of(self.ledger.state, self.case, self.rules)

    def lacking(self) -> dict[str, tuple[str, ...]]:
        """Return the kinds of papers that each step needs and has not, by step."""
        needs = {step: missing(self.papers, step, of_step.needs) for step, of_step in self.steps().items()}
        return {step: kinds for step, kinds in needs.items() if kinds}

    def rules(self) -> Rules:
        """Return the county's current rules."""
        return rules_of(self.ledger.state, self.case.county)

    @property
    def sample(self) -> bool:
        """Return whether it is a sample store."""
        return self.ledger.state(STORE_DECIDER, STORE).sample is not None

    def open_steps(self) -> list[str]:
        """Return the steps that wait."""
        decider = BY_KIND[self.case.kind]
        return [step.id for step in decider.open_steps(self.ledger.state(decider, self.id))]

    def step_for(self, paper: str) -> str:
        """Return the step that a paper is for: an open one that needs it, any that needs it, the first that is open.

        Raises:
            BadInputError: If there is no such case.
        """
        steps, waiting = self.steps(), self.open_steps()
        needing = [step for step, of in steps.items() if paper.partition(SEVERAL)[0] in of.needs]
        found = [*(step for step in needing if step in waiting), *needing, *(s for s in waiting if s in steps), *steps]
        if not found:
            raise BadInputError("CASE", t(f"没有这件案件：{self.id}", f"no such case: {self.id}"))
        return found[0]

    def version(self, paper: str, digest: str) -> PaperAttached:
        """Return a paper: what stands, or the version whose digest begins so.

        Raises:
            NoSuchPaperError: If there is none.
        """
        there = self.papers.versions.get(paper, [])
        found = [one for one in there if one.digest.startswith(digest)] if digest else []
        stands = self.papers.standing.get(paper)
        if (chosen := found[-1] if found else None if digest else stands) is None:
            listed = ", ".join(f"{name} {of}" for name, of in standing_digests(self.papers).items()) or "-"
            raise NoSuchPaperError(paper=paper, asked=digest or "-", standing=listed)
        return chosen
