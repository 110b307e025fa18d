"""What each kind of case says when somebody decides on it: one small function a kind, from its facts and its papers.

Whoever signs a step covers the papers of the steps before it and of its own; *step* "" is whoever looks at the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.claim_facts import ClaimLodged
from domain.content import Attached, Content, Part, fields, papers
from domain.plan_facts import PlanDrafted
from domain.project_facts import ProjectRegistered
from domain.surplus_facts import SurplusFound


def of_claim(lodged: ClaimLodged, attached: Mapping[str, Attached], step: str = "") -> Content:
    """Return what a claim says: for what, to whom, of which portions how much, with which vouchers and papers."""
    vouchers = ((f"voucher {n}", digest) for n, digest in enumerate(lodged.vouchers, start=1))
    own = (*vouchers, *((paper.kind, paper.digest) for paper in lodged.papers))
    return Content(
        (
            *fields(project_no=lodged.project_no, kind=lodged.kind, payee=lodged.payee),
            *(Part("amounts", f"{line.fund_no} {line.pool}", str(line.amount_fen)) for line in lodged.lines),
            *papers(own, attached, _steps_of_claim(lodged, step)),
        )
    )


def _steps_of_claim(lodged: ClaimLodged, step: str) -> Sequence[str] | None:
    """Return the steps whose papers a gate covers: the lodging, the groups of gates before its own, and itself."""
    groups = [[gate.id for gate in group] for group in lodged.terms.groups]
    at = next((n for n, group in enumerate(groups) if step in group), None)
    return None if at is None else ["lodge", *(gate for group in groups[:at] for gate in group), step]


def of_plan(drafted: PlanDrafted, attached: Mapping[str, Attached], step: str = "") -> Content:
    """Return what a plan says: each line and cut with its amount, and what it rests on."""
    rests_on = {"under": drafted.under, "bases": drafted.bases, "reasons": drafted.reasons}
    return Content(
        (
            *fields(year=drafted.year, title=drafted.title, reason=drafted.reason, **rests_on),
            *_lines(drafted),
            *papers((), attached, _steps_of_plan(drafted, step)),
        )
    )


def _steps_of_plan(drafted: PlanDrafted, step: str) -> Sequence[str] | None:
    """Return the steps whose papers a signature covers: *step* is a stage, or "cosign"."""
    stages = [term.id for term in drafted.terms.stages]
    if step not in (*stages, "cosign"):
        return None
    before = stages[: stages.index(step)] if step in stages else []
    own = [f"decide:{step}"] if step in stages else []
    return ["draft", "cosign", *(f"{head}:{stage}" for stage in before for head in ("decide", "minutes")), *own]


def _lines(drafted: PlanDrafted) -> Iterator[Part]:
    for head, lines in (("", drafted.lines), ("cut ", drafted.cuts)):
        for line in lines:
            yield Part("amounts", f"{head}{line.fund_no} {line.pool} {line.project_no}", str(line.amount_fen))


@dataclass(frozen=True)
class Built:
    """What the steps before one have brought to a project: their papers by step, and its contract in fen."""

    records: Mapping[str, str]
    contractor: str = ""
    contract_fen: int | None = None


def of_project(
    declared: ProjectRegistered, built: Built, attached: Mapping[str, Attached], steps: Sequence[str] | None = None
) -> Content:
    """Return what a project says: what was declared or corrected, and what the steps before brought to it."""
    years = f"{declared.first_year}-{declared.last_year}" if declared.first_year else ""
    amounts = {"budget": declared.budget_fen, "contract": built.contract_fen}
    return Content(
        (
            *fields(
                name=declared.name,
                village=declared.village,
                township=declared.township,
                unit=declared.unit,
                use=declared.use,
                purpose=declared.purpose,
                years=years,
                contractor=built.contractor,
            ),
            *(Part("amounts", name, str(fen)) for name, fen in amounts.items() if fen is not None),
            *papers(((step, digest) for step, digest in built.records.items() if digest), attached, steps),
        )
    )


def of_surplus(found: SurplusFound, attached: Mapping[str, Attached], step: str = "") -> Content:
    """Return what a list of what is left over says: each item with its amount and price."""
    own = (("list", found.record),) if found.record else ()
    prices = {" ".join(part for part in item.key if part): item.price_fen for item in found.items if item.price_fen}
    return Content(
        (
            *fields(year=found.year, sweep=found.sweep),
            *(Part("amounts", " ".join(p for p in item.key if p), str(item.amount_fen)) for item in found.items),
            *(Part("amounts", f"price {name}", str(fen)) for name, fen in prices.items()),
            *papers(own, attached, _steps_of_surplus(found, step)),
        )
    )


def _steps_of_surplus(found: SurplusFound, step: str) -> Sequence[str] | None:
    if not step:
        return None
    agreeing = [f"agree:{party}" for party in found.terms.agreeing]
    return ["find", *agreeing, step] if step == "approve" else ["find", step]
