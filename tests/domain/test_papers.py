"""Papers (附件): what stands of a case, by digest; a new version names the one it replaces, and nothing is lost."""

from hypothesis import given as always
from hypothesis import strategies as st

from domain.act import Act
from domain.errors import RefusedError
from domain.paper_refusals import NoSuchPaperError, PaperStandsError
from domain.papers import (
    PAPERS,
    Attach,
    PaperAttached,
    PapersState,
    PaperWithdrawn,
    Withdraw,
    case_of_papers,
    for_step,
    missing,
    papers_stream,
    standing_digests,
)
from tests.domain.given import by, given

CASE = "sample/project/A01"
ONE, TWO, THREE = "1" * 64, "2" * 64, "3" * 64


def paper(act: Act, digest: str = ONE, name: str = "contract", **more: str) -> PaperAttached:
    said = {"step": "contract", "file_name": "合同.pdf"} | more
    return PaperAttached(act, CASE, name, said.pop("step"), said.pop("file_name"), digest, 9, "application/pdf", **said)


def attach(digest: str = ONE, name: str = "contract", **more: str) -> Attach:
    act = by("sun")
    return Attach(act, paper(act, digest, name, **more))


def withdraw(digest: str, name: str = "contract") -> Withdraw:
    act = by("sun")
    return Withdraw(act, PaperWithdrawn(act, CASE, name, digest, "附错"))


def test_a_paper_stands_until_a_new_version_names_it() -> None:
    first = attach()
    given().when(first).then(first.attached)
    given(first.attached).when(attach()).then()  # The very same, by another command.
    given(first.attached).when(attach(TWO)).refuses(PaperStandsError, ONE, "contract")
    given(first.attached).when(attach(TWO, replaces=THREE)).refuses(PaperStandsError, ONE, THREE)
    second = attach(TWO, replaces=ONE)
    given(first.attached).when(second).then(second.attached)
    given(first.attached, second.attached).when(attach(THREE, replaces=ONE)).refuses(PaperStandsError, TWO, ONE)
    given().when(attach(TWO, replaces=ONE)).refuses(PaperStandsError, ONE)


def test_a_paper_is_taken_back_in_the_version_that_stands() -> None:
    first, second = attach().attached, attach(TWO, replaces=ONE).attached
    back = withdraw(TWO)
    given(first, second).when(back).then(back.withdrawn)
    given(first, second).when(withdraw(ONE)).refuses(NoSuchPaperError, ONE, TWO)
    given(first, second, back.withdrawn).when(withdraw(TWO)).refuses(NoSuchPaperError, TWO)
    again = attach(THREE)
    given(first, second, back.withdrawn).when(again).then(again.attached)


def folded(*facts: PaperAttached | PaperWithdrawn) -> PapersState:
    state = PapersState()
    for fact in facts:
        PAPERS.evolve(state, fact)
    return state


def test_digests_are_told_by_paper_and_step() -> None:
    report, photo = attach(ONE, "report", step="accept").attached, attach(TWO, "report#2", step="accept").attached
    other = attach(THREE, "contract").attached
    state = folded(photo, other, report)
    assert list(standing_digests(state).items()) == [("contract", THREE), ("report", ONE), ("report#2", TWO)]
    assert [one.digest for one in for_step(state, "accept", "report")] == [TWO, ONE]
    assert missing(state, "accept", ("report", "contract", "photo")) == ("contract", "photo")


def test_the_stream_of_a_case_leads_back_to_it() -> None:
    assert papers_stream(CASE) == "sample/papers/project/A01"
    assert case_of_papers(papers_stream(CASE)) == CASE


NAMES, DIGESTS = st.sampled_from(("a", "b", "a#2")), st.sampled_from((ONE, TWO, THREE))
COMMANDS = st.lists(st.tuples(st.booleans(), NAMES, DIGESTS, st.sampled_from(("", ONE, TWO, THREE))), max_size=30)


@always(COMMANDS)
def test_what_ever_stood_is_known_and_what_is_replaced_is_what_stood(
    asked: list[tuple[bool, str, str, str]],
) -> None:
    state, ever = PapersState(), set()
    for attaches, name, digest, replaces in asked:
        command = attach(digest, name, replaces=replaces) if attaches else withdraw(digest, name)
        before = standing_digests(state)
        try:
            facts = PAPERS.decide(state, command)
        except RefusedError:
            continue
        for fact in facts:
            stood = before.get(name, "")
            assert stood == (fact.replaces if isinstance(fact, PaperAttached) else fact.digest)
            PAPERS.evolve(state, fact)
            ever |= {(name, digest)}
    assert {(name, one.digest) for name, all_ in state.versions.items() for one in all_} == ever
    assert set(standing_digests(state).items()) <= ever
