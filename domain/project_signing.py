"""The signatures of one project: what each step's covered, which stand after a return or a correction, which fell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import msgspec

from domain.act import Act
from domain.content import Attached, Content, with_paper
from domain.contents import Built, of_project
from domain.cosigning import COSIGN
from domain.project_facts import (
    ContractSigned,
    ProjectCorrected,
    ProjectFact,
    ProjectPaperNoted,
    ProjectRegistered,
    ProjectRejected,
    ProjectWithdrawn,
    StepCosigned,
    StepPassed,
)
from domain.signing import REJECTED, WITHDRAWN, Fallen, Signature, Signatures
from domain.terms import StepTerm

# What is signed over a project's content, and stands while that is the same; other steps are works, done anew.
REVIEWS = ("review", "bank", "approve")
CORRECTED = ("name", "village", "township", "unit", "first_year", "last_year", "purpose")


@dataclass
class SignedOfProject:
    """Kept as facts come: the signatures, and what the steps brought."""

    signatures: Signatures = field(default_factory=Signatures)
    papers: dict[str, Attached] = field(default_factory=dict)  # Attached, by name.
    records: dict[str, str] = field(default_factory=dict)  # By step.
    days: dict[str, date] = field(default_factory=dict)  # By step, on which it was passed.
    declared_fen: int = 0  # As declared or corrected: an estimate that the bank changes is another number.
    contract: tuple[str, int] | None = None
    ahead: set[str] = field(default_factory=set)  # Steps behind the open one that stand.
    cosign_again: set[tuple[str, str]] = field(default_factory=set)  # Step and post whose co-signature fell.
    ended: str = ""  # Rejected, withdrawn.

    def content(self, registered: ProjectRegistered | None, step: str = "") -> Content:
        """Return what the project says to whoever signs a step: what was declared, and what came before it."""
        if registered is None:
            return Content()
        steps, name = registered.terms.steps, step.removeprefix(f"{COSIGN}:")
        ids = [one.id for one in steps]
        at = ids.index(name) if name in ids else len(ids)
        contract = self.contract if any(one.kind == "contract" for one in steps[:at]) else None
        built = Built({id_: self.records[id_] for id_ in ids[:at] if id_ in self.records}, *(contract or ()))
        declared = msgspec.structs.replace(registered, budget_fen=self.declared_fen)
        return of_project(declared, built, self.papers, ids[: at + 1] if name in ids else None)

    def note(self, registered: ProjectRegistered, fact: ProjectFact, step: StepTerm | None) -> None:
        """Fold one fact, in place. *step* is the one that it passed."""
        match fact:
            case StepPassed() if step is not None:
                self._sign(registered, step.id, fact.act, step)
                self.records[step.id], self.days[step.id] = fact.record, fact.act.occurred_on
                self._fall(fact.fallen, fact.act)
            case StepCosigned():
                term = next(one for one in registered.terms.steps if one.id == fact.step)
                self.cosign_again.discard((fact.step, fact.act.post))
                self._sign(registered, f"{COSIGN}:{fact.step}", fact.act, term)
            case ContractSigned():
                self.contract = (fact.contractor, fact.amount_fen)
            case ProjectPaperNoted():
                self.papers = with_paper(self.papers, fact.paper, Attached(fact.step, fact.digest))
                self._fall(fact.fallen, fact.act)
            case ProjectCorrected():
                self.declared_fen = fact.budget_fen or self.declared_fen
                self._fall(fact.fallen, fact.act)
            case ProjectRejected():
                self.ended = REJECTED
            case ProjectWithdrawn():
                self.ended = WITHDRAWN
            case _:
                return
        self.signatures.note(registered, self.saying())

    def _sign(self, registered: ProjectRegistered, name: str, act: Act, step: StepTerm) -> None:
        # The bank looks for what is alike and tests the entry: whatever the rules say, it covers everything.
        covers = () if step.kind == "bank" else step.covers
        if (step.kind != "declare" and step != registered.terms.steps[0]) or name != step.id:
            self.signatures.sign(Signature(name, act, self.content(registered, name), covers))

    def _fall(self, fallen: Sequence[Fallen], act: Act) -> None:
        self.signatures.fall_named(fallen, act)
        self.ahead -= {one.step for one in fallen}
        for one in fallen:
            if (step := one.step.removeprefix(f"{COSIGN}:")) != one.step:
                self.cosign_again.add((step, one.post))

    def saying(
        self,
        *,
        papers: dict[str, Attached] | None = None,
        records: Mapping[str, str] | None = None,
        contract: tuple[str, int] | None = None,
        declared_fen: int = 0,
    ) -> "SignedOfProject":
        """Return one that says something else, to be looked at: nothing is signed there."""
        return SignedOfProject(
            papers=self.papers if papers is None else papers,  # Never changed in place.
            records={**self.records, **(records or {})},
            contract=contract or self.contract,
            declared_fen=declared_fen or self.declared_fen,
        )

    def fallen_if(self, other: "SignedOfProject", registered: ProjectRegistered) -> tuple[Fallen, ...]:
        """Return the signatures that would fall if the project said what *other* says."""
        changed = self.signatures.changed(lambda step: other.content(registered, step))
        return tuple(one.named for one in changed)

    def back(self, steps: Sequence[StepTerm], at: int, keeps: Sequence[str], act: Act) -> None:
        """Go back to the step at *at*: what follows is done anew, but for the reviews that it *keeps*."""
        anew = {step.id for step in steps[at:] if step.id not in keeps}
        self.signatures.fall(anew | {f"{COSIGN}:{step}" for step in anew}, act)
        self.ahead = set(keeps)
