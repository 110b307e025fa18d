"""Which fields of a form its case asks for now: a project's step needs no more than its county's rules say of it."""

from collections.abc import Iterator

from domain.cases import CaseId, case_id
from domain.ledger import Read
from domain.policy import Profile
from domain.procedures.asking import rules_of
from domain.procedures.bank import enters
from domain.project import PROJECT
from domain.project_facts import ProjectRegistered
from domain.project_signing import REVIEWS
from domain.project_state import ProjectState
from domain.requests import AnswerStep
from domain.terms import StepTerm

# What an answer may say besides yes or no and an opinion: each step needs some of it, and none all.
OF_SOME_STEPS = frozenset({"record", "return_to", "contractor", "amount_fen", "tests", "unlike", "end"})


def not_needed(request_type: type, read: Read, case: CaseId, step: str) -> frozenset[str]:
    """Return the names of the fields that a request's form may have, and the open step does not ask for."""
    if request_type is not AnswerStep:
        return frozenset()
    state = read(PROJECT, case_id(*case))
    term, registered = state.step, state.registered
    if registered is None or term is None or term.id != step:
        return frozenset()
    profile = rules_of(read, case.county, registered.terms.policy).profile
    return OF_SOME_STEPS - set(_asked(state, registered, term, profile))


def _asked(state: ProjectState, registered: ProjectRegistered, term: StepTerm, profile: Profile) -> Iterator[str]:
    if term.record:
        yield "record"
    if term.returns_to:
        yield "return_to"
    if term.kind == "contract":
        yield from ("contractor", "amount_fen")
    if term.kind == "bank" and profile.bank and any(test.check == "attested" for test in profile.bank.tests):
        yield "tests"
    if enters(registered, term):
        yield "unlike"
    if term.kind in REVIEWS and "plan" not in state.passed_on:
        yield "end"
