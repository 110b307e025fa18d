"""Permitted uses of a county's text: a project serves one of its own class, from the money that is meant for it."""

import msgspec
import pytest

from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.procedures.purposes import PurposeClassError, PurposeMoneyError
from domain.project import PROJECT
from domain.requests import DraftPlan, RegisterProject
from domain.terms import Line
from tests.domain.county import receipt
from tests.domain.given import WAN
from tests.domain.walk import PROJECT_NO, Walk

INDUSTRY, INFRASTRUCTURE = "industry", "infrastructure"
# Each use of the text, and the class that it is of ("": of any).
USES = {
    "meilan-2023": {
        "industry": INDUSTRY,
        "infrastructure": INFRASTRUCTURE,
        "production": INFRASTRUCTURE,
        "living": INFRASTRUCTURE,
        "collective_economy": INDUSTRY,
        "non_poor_industry": INDUSTRY,
        "infrastructure_gaps": INFRASTRUCTURE,
        "plan_projects": "",
    },
    "maojian-2017": {"poverty_projects": "", "agriculture_building": "", "subsidies": "industry_subsidy", "credit": ""},
    "jinghe-2023": {
        **dict.fromkeys(("breeding", "quality", "brand", "market_linking", "supporting_works"), INDUSTRY),
        **dict.fromkeys(("collective_economy", "state_farms", "central_industry"), INDUSTRY),
        **dict.fromkeys(("production_works", "public_works", "yards"), INFRASTRUCTURE),
        **dict.fromkeys(("minority", "state_farm"), ""),
    },
}
# The source that each use is meant for, and one that it is not.
MEANT = [
    ("meilan-2023", "collective_economy", "city_batch_2", "central"),
    ("meilan-2023", "collective_economy", "district", "central"),
    ("meilan-2023", "non_poor_industry", "city_batch_2", "district"),
    ("meilan-2023", "infrastructure_gaps", "city_batch_2", "district"),
    ("meilan-2023", "plan_projects", "city_batch_2", "district"),
    ("jinghe-2023", "central_industry", "central", "region"),
    ("jinghe-2023", "minority", "minority", "central"),
    ("jinghe-2023", "state_farm", "state_farm", "central"),
]


def project(walk: Walk, purpose: str, use: str) -> RegisterProject:
    return RegisterProject(
        name=f"样例·{purpose}",
        village=f"{purpose}村",
        township="样例乡",
        unit="样例·单位",
        use=use or walk.profile.classes[0].id,
        budget_fen=WAN,
        purpose=purpose,
    )


def first_post(walk: Walk) -> str:
    assert walk.profile.project is not None
    return walk.profile.project.steps[0].post or ""


def marks(folder: str, *rows: str) -> list[pytest.MarkDecorator]:
    code = {"meilan": "ML", "maojian": "MJ", "jinghe": "JH"}[folder.partition("-")[0]]
    return [pytest.mark.row(row, code) for row in rows]


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param("meilan-2023", marks=marks("meilan", "FD-28", "FD-29"), id="meilan"),
        pytest.param("maojian-2017", marks=marks("maojian", "FD-29"), id="maojian"),
        pytest.param("jinghe-2023", marks=marks("jinghe", "FD-14", "FD-29"), id="jinghe"),
    ],
)
def test_a_project_serves_a_use_of_the_text_that_is_of_its_class(ledger: Ledger, folder: str) -> None:
    walk = Walk.real(ledger, folder)
    post, classes = first_post(walk), [one.id for one in walk.profile.classes[:4]]
    for n, (purpose, of_class) in enumerate(USES[folder].items()):
        if of_class:
            other = next(one for one in classes if one != of_class)
            wrong = project(walk, purpose, other)
            walk.county.refuses("project", f"X{n}", wrong, post, PurposeClassError, purpose, of_class, other)
        walk.county.ask("project", f"R{n}", project(walk, purpose, of_class), post)
        assert walk.county.state(PROJECT, f"R{n}").registered.purpose == purpose
    walk.county.refuses("project", "Y", project(walk, "parade", ""), post, BadInputError, "parade", *USES[folder])


@pytest.mark.parametrize(
    ("folder", "purpose", "meant", "other"),
    [
        pytest.param(
            *case,
            marks=marks(case[0], *(("FD-14", "FD-28") if case[0].startswith("meilan") else ("FD-14",))),
            id="-".join(case[:3]),
        )
        for case in MEANT
    ],
)
def test_money_goes_only_to_the_uses_that_it_is_meant_for(
    ledger: Ledger, folder: str, purpose: str, meant: str, other: str
) -> None:
    walk = Walk.real(ledger, folder)
    registrar = walk.profile.receipt.registrar if walk.profile.receipt else None
    for no, source in (("F1", meant), ("F2", other)):
        came = receipt(5 * WAN, document_no=f"文件{no}", pool=walk.pools[0], source=source)
        walk.ask("fund", no, msgspec.structs.replace(came, fiscal_year=walk.county.today.year), registrar)
    walk.ask("project", PROJECT_NO, project(walk, purpose, USES[folder][purpose]), first_post(walk))
    walk.explain()
    walk.go_on("plan")
    drafter = walk.profile.plan.drafter if walk.profile.plan else None
    assert drafter is not None

    def drawn_on(fund_no: str) -> DraftPlan:
        line = Line(fund_no, walk.pools[0], PROJECT_NO, WAN)
        return DraftPlan(year=walk.county.today.year, title="样例计划", lines=(line,))

    walk.county.refuses("plan", "P1", drawn_on("F2"), drafter, PurposeMoneyError, "F2", other, purpose, PROJECT_NO)
    walk.county.ask("plan", "P1", drawn_on("F1"), drafter)
