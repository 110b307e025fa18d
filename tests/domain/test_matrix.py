"""Every post x decision x earlier role x way to it, against a table written by hand from the policy."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from domain.ledger import Ledger
from domain.policy import load
from tests.domain.county import POLICIES, County
from tests.domain.matrix_office import MatrixOffice, jiashi_office, sample_office
from tests.domain.matrix_table import ROUTES, Cell, read_table

OPENED = {"sample": sample_office, "jiashi": jiashi_office}


@pytest.fixture(scope="module", params=sorted(OPENED))
def office(request: pytest.FixtureRequest) -> Iterator[MatrixOffice]:
    """A county's office in which every decision of its table waits."""
    name: str = request.param
    with Ledger("sqlite://") as ledger:
        county = County(ledger, name)
        county.adopt(load(POLICIES / f"{name}.toml"))
        yield OPENED[name](county, read_table(name))


def differing(office: MatrixOffice, cells: Iterable[Cell]) -> list[str]:
    """Return the cells to which the county answers otherwise than their table says."""
    answered = ((cell, office.answer_to(cell)) for cell in cells)
    return [f"{cell}; the county says {said or 'may'}" for cell, said in answered if said != cell.refusal]


def test_every_cell_is_as_the_table_says(office: MatrixOffice) -> None:
    cells = list(office.table.cells())
    assert {cell.route for cell in cells if not cell.refusal} == set(ROUTES), "no way on which nothing is allowed"
    assert {cell.route for cell in cells if cell.refusal} == set(ROUTES)
    assert differing(office, cells) == []


def test_the_table_has_every_post_of_the_policy(office: MatrixOffice) -> None:
    profile = load(POLICIES / f"{office.county.name}.toml").profile
    assert sorted(office.table.posts) == sorted(post.id for post in profile.posts)
    gates = [gate.id for gate in profile.claims.gates] if profile.claims else []
    bodies = [approval.id for approval in profile.plan.approvals] if profile.plan else []
    judged = [step.id for step in profile.project.steps if step.returns_to] if profile.project else []
    assert set(office.table.of_post) == {*gates, *bodies, *judged, "send"}
    assert set(office.cases) == set(office.table.of_post)


@pytest.mark.parametrize("route", ROUTES)
def test_a_cell_that_is_wrong_is_found(office: MatrixOffice, route: str) -> None:
    """Of one table with a wrong cell, allowed or refused, the checker names that cell and no other."""
    of_route = [cell for cell in office.table.cells() if cell.route == route and cell.decision == "payment_centre"]
    allowed = next(cell for cell in of_route if not cell.refusal)
    forbidden = next(cell for cell in of_route if cell.refusal == "SamePersonError")
    for right, wrong in (
        (allowed, replace(allowed, refusal="SamePersonError")),
        (forbidden, replace(forbidden, refusal="")),
    ):
        assert differing(office, [right]) == []
        (found,) = differing(office, [wrong, right])
        assert str(wrong) in found
