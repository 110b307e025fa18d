"""One case and its papers, as the commands of `bridgefund files` look at them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cli.acting import Signer, signer_of, standing_in_for
from cli.stores import open_store
from cli.texts import t
from domain.cases import STORE, CaseId, parse_case
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.paper_refusals import NoSuchPaperError
from domain.papers import PAPERS, SEVERAL, PaperAttached, PapersState, papers_stream, standing_digests
from domain.procedures.asking import Rules, rules_of
from domain.procedures.papers import steps_of
from domain.registry import BY_KIND
from domain.store import STORE as STORE_DECIDER
from settings import Settings


@dataclass(frozen=True)
class CasePapers:
    """One case, and what there is of its papers."""

    ledger: Ledger
    settings: Settings
    case: CaseId
    papers: PapersState

    @classmethod
    def of(cls, case: str, store: str | None) -> Self:
        """Open a store and look at one of its cases."""
        parsed, ledger = parse_case(case), open_store(store)
        return cls(ledger, Settings.from_env(os.environ), parsed, ledger.state(PAPERS, papers_stream(case)))

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

    def rules(self) -> Rules:
        """Return the county's current rules."""
        return rules_of(self.ledger.state, self.case.county)

    @property
    def sample(self) -> bool:
        """Return whether it is a sample store."""
        return self.ledger.state(STORE_DECIDER, STORE).sample is not None

    def _open_steps(self) -> list[str]:
        decider = BY_KIND[self.case.kind]
        return [step.id for step in decider.open_steps(self.ledger.state(decider, self.id))]

    def step_for(self, paper: str) -> str:
        """Return the step that a paper is for: an open one that needs it, any that needs it, the first that is open.

        Raises:
            BadInputError: If there is no such case.
        """
        steps, waiting = steps_of(self.ledger.state, self.case, self.rules), self._open_steps()
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

    def signer(self, step: str, as_post: str, key: Path | None, post: str, on_behalf_of: str) -> Signer:
        """Return who signs for a step's paper; the post is the step's own where none is named."""
        steps = steps_of(self.ledger.state, self.case, self.rules)
        of_step = next(iter(steps[step].posts), "") if step in steps else ""
        signer = signer_of(self.ledger, self.case, as_post, key, post or of_step)
        return standing_in_for(self.ledger, self.case, signer, on_behalf_of) if on_behalf_of else signer
