"""What a refusal under the other rules is to the case: refused, missing, not to be compared; and how it goes on."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from audit.what_if_desk import UNSTATED, Asked, Desk, Refusal
from audit.what_if_matching import is_of_unit, lead_of, named
from audit.what_if_words import had, rule_of, says, wanted
from domain.act import Act
from domain.ban_refusals import BannedError, LinkageMissingError, NotAttestedError, TargetMissingError
from domain.bank_facts import EntryAnswer
from domain.bank_refusals import EntryTestMissingError, LooksAlikeError
from domain.cases import CaseId, case_id
from domain.claim_correcting import ClaimContentError
from domain.claim_facts import ClaimPaper
from domain.cosigning import CosignMissingError
from domain.duties import SamePersonError
from domain.errors import BadInputError
from domain.paper_refusals import PapersMissingError
from domain.plan_facts import PlanCosigned
from domain.policy.claims import VOUCHERS
from domain.procedures.asking import NoRuleStatedError
from domain.project import RecordMissingError, StepOrderError
from domain.project_facts import Attested, LinkageSet, StepCosigned, TargetSet
from domain.project_state import ProjectState
from domain.requests import LodgeClaim
from domain.rules.result import Reason, ReasonMissingError
from domain.words import Both, in_chinese

PAPER = "0" * 64  # Stands for a paper that is not there.
GRANTED = "what-if"
_NAMES = ("source", "portions.pool", "use", "purpose", "instrument.id")


@dataclass
class Granting:
    """Grants what is refused, and notes it."""

    desk: Desk
    untold: set[str] = field(default_factory=set)  # Rules that were said to be not compared.

    def __call__(self, refused: Refusal) -> Asked | None:
        """Return what is asked as if it had been granted, or None if nothing that is asked would do."""
        no, asked = refused.error, refused.asked
        match no:
            case SamePersonError():
                self.note("refused", refused)
                person = f"{asked.act.person}#other"
                return asked._replace(act=_by(asked.act, person=person, on_behalf_of="", second=""))
            case NoRuleStatedError():
                self.note("not_compared", refused)
                return None
            case TargetMissingError() | LinkageMissingError() | NotAttestedError() | BannedError():
                return self._check(refused)
            case CosignMissingError():
                return self._cosign(refused)
            case EntryTestMissingError():
                self.note("missing", refused)
                answer = EntryAnswer(no.numbers["test"], met=True, opinion=GRANTED)
                return asked._replace(request=_with(asked.request, tests=(*asked.request.tests, answer)))
            case RecordMissingError() if getattr(asked.request, "record", None) == "":
                self.note("missing", refused)
                return asked._replace(request=_with(asked.request, record=PAPER))
            case PapersMissingError() | RecordMissingError():
                self.note("missing", refused)
                return None
            case ClaimContentError() if no.numbers["field"] == "papers" and isinstance(asked.request, LodgeClaim):
                self.note("missing", refused)
                return self._papers(asked)
            case LooksAlikeError():
                self.note("not_compared", refused)
                return None
            case ReasonMissingError():
                self.note("refused", refused)
                reason = Reason(str(no.numbers["rule"]), GRANTED)
                if not hasattr(asked.request, "reasons"):
                    return None
                return asked._replace(request=_with(asked.request, reasons=(*asked.request.reasons, reason)))
            case BadInputError():
                return self._bad_input(refused)
            case StepOrderError():
                self.note("refused", refused)
                return self._bring_forward(refused)
            case _:
                self.note("refused", refused)
                return None

    def note(self, group: Any, refused: Refusal) -> None:
        """Note a refusal in its own words."""
        no, act = refused.error, refused.asked.act
        if no.numbers.get("rule") in self.untold:
            return
        self.desk.add(
            group,
            case_id(*refused.case),
            rule_of(no, self.desk.there.profile),
            str(no.numbers.get("clause", "")),
            says(no),
            has=had(no, act, self.desk.here.profile),
            wants=wanted(no, self.desk.there.profile),
            on=act.occurred_on,
        )

    def post(self, act: Act, case: CaseId, needed: str, what: str, clause: str) -> None:
        """Judge who acted: by the post's name where both counties have it, else by its lead, else by nothing."""
        here, there = self.desk.here.profile, self.desk.there.profile
        self.desk.found.compared["posts"] += 1
        leads = lead_of(there, needed), lead_of(here, act.post)
        step, name = named(there, "steps", what), case_id(*case)
        step = Both(str(in_chinese(what)), what) if step.en == what else step
        ours, theirs = named(here, "posts", act.post), named(there, "posts", needed)
        if not needed:
            says = Both(f"“{step.zh}”由谁办理，那里未规定", f"{step.en}: the text there does not say who")
        elif is_of_unit(here, act.post, needed):
            return
        elif needed in {post.id for post in here.posts} or (all(leads) and leads[0] != leads[1]):
            says = Both(f"“{step.zh}”那里由{theirs.zh}办理", f"{step.en} is for {theirs.en} there")
            has = Both(f"由{ours.zh}办理", f"it was done by {ours.en}")
            wants = Both(f"由{theirs.zh}办理", f"{theirs.en} does it")
            self.desk.add("refused", name, "posts", clause, says, has=has, wants=wants, on=act.occurred_on)
            return
        elif all(leads):
            return
        else:
            says = Both(
                f"“{step.zh}”那里由{theirs.zh}办理，本县没有这一岗位：由{ours.zh}履行这一职责，两者是否相当无从比较",
                f"{step.en} is for {theirs.en} there, a post that this county has not: {ours.en} had the duty, "
                "and no text says whether they are alike",
            )
        self.desk.add("not_compared", name, "posts", clause, says, on=act.occurred_on)

    def _check(self, refused: Refusal) -> Asked | None:
        no, act = refused.error, refused.asked.act
        if no.numbers.get("post") == UNSTATED:
            self._nobody_attests(refused)
        else:
            self.note("refused" if isinstance(no, BannedError) else "missing", refused)
        stream = case_id(self.desk.county, "project", str(no.numbers["project_no"]))
        granted = _by(act, command_id=f"{act.command_id}#{type(no).__name__}-{no.numbers['ban']}")
        match no:
            case TargetMissingError():
                self.desk.fold(stream, TargetSet(granted, GRANTED))
            case LinkageMissingError():
                self.desk.fold(stream, LinkageSet(granted, GRANTED, 1))
            case _:
                self.desk.fold(stream, Attested(granted, str(no.numbers["ban"]), clear=True, opinion=GRANTED))
        return refused.asked

    def _papers(self, asked: Asked) -> Asked | None:
        """Add the papers that a claim must hold there; None where they are not what is wrong."""
        claims, has = self.desk.there.profile.claims, {paper.kind for paper in asked.request.papers}
        lacking = [kind for kind in (claims.papers if claims else ()) if kind not in has and kind != VOUCHERS]
        papers = (*asked.request.papers, *(ClaimPaper(kind, PAPER) for kind in lacking))
        return asked._replace(request=_with(asked.request, papers=papers)) if lacking else None

    def _nobody_attests(self, refused: Refusal) -> None:
        no, act = refused.error, refused.asked.act
        words = no.numbers["words"]
        says = Both(
            f"由谁认定“{words.zh}”，那里未规定；本案没有这样的认定",
            f'who attests "{words.en}" is unsaid there; the case has no such attestation',
        )
        rule, clause = f"bans.{no.numbers['ban']}", str(no.numbers["clause"])
        self.desk.add("not_compared", case_id(*refused.case), rule, clause, says, on=act.occurred_on)

    def _cosign(self, refused: Refusal) -> Asked | None:
        no = refused.error
        self.note("missing", refused)
        stream = str(no.numbers["case"])
        for n, post in enumerate(str(no.numbers["posts"]).split(", ")):
            act = refused.asked.act
            own = _by(act, post=post, person=f"{post}#{GRANTED}", command_id=f"{act.command_id}#cosign-{n}")
            version = self.desk.states[stream].drafted.version if stream.split("/")[1] == "plan" else 0
            fact = PlanCosigned(own, version) if version else StepCosigned(own, str(no.numbers["what"]))
            self.desk.fold(stream, fact)
        return refused.asked

    def _bad_input(self, refused: Refusal) -> Asked | None:
        no, asked = refused.error, refused.asked
        place = str(no.numbers["place"])
        if place == "unlike" and hasattr(asked.request, "unlike") and asked.request.unlike:
            return asked._replace(request=_with(asked.request, unlike=()))
        if self.desk.same:
            self.note("refused", refused)
        elif place not in _NAMES:
            self.note("not_compared", refused)
        else:
            says = Both(
                f"{place}：{no.numbers['reason']}；名称由各县自定，无从对应",
                f"{place}: {no.numbers['reason']}; each county has names of its own, and nothing says which are alike",
            )
            act = asked.act
            self.desk.add("not_compared", case_id(*refused.case), place, "", says, on=act.occurred_on)
        return None

    def _bring_forward(self, refused: Refusal) -> Asked | None:
        """Let the step that was taken stand before the one that is open there."""
        wanted = str(refused.error.numbers["asked"])
        stream = case_id(self.desk.county, "project", str(refused.error.numbers["project_no"]))
        state: ProjectState | None = self.desk.states.get(stream)
        if state is None or state.registered is None:
            return None
        steps = state.registered.terms.steps
        at = next((n for n, one in enumerate(steps) if n > state.at and wanted in (one.id, one.kind)), None)
        if at is None:
            return None
        order = (*steps[: state.at], steps[at], *steps[state.at : at], *steps[at + 1 :])
        terms = msgspec.structs.replace(state.registered.terms, steps=order)
        state.registered = msgspec.structs.replace(state.registered, terms=terms)
        return refused.asked


def _by(act: Act, **changed: Any) -> Act:
    return msgspec.structs.replace(act, **changed)


def _with(request: Any, **changed: Any) -> Any:
    return msgspec.structs.replace(request, **changed)
