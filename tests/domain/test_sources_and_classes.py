"""Which money comes to a county, of which tier, for which classes of use: what its text does not name is refused."""

import msgspec
import pytest

from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.procedures.funds import TierError
from domain.project import PROJECT
from domain.requests import RegisterProject, RegisterReceipt
from tests.domain.county import County, receipt
from tests.domain.walk import Walk

SOURCES = {
    "guangfeng-2021": {
        "bridging": "",
        "district_match": "county",
        "industry_fund": "county",
        "new_countryside": "",
        "social": "society",
    },
    "jiashi-2022": {"bridging": "", "integration": "", "bond": "", "prefecture": "prefecture", "county": "county"},
    "meilan-2023": {"central": "central", "province": "province", "city_batch_2": "prefecture", "district": "county"},
    "jinghe-2023": {"central": "central", "region": "province", "minority": "", "state_farm": ""},
    "maojian-2017": {
        "central": "central",
        "province": "province",
        "city": "prefecture",
        "district": "county",
        "departments": "",
        "financing": "",
        "asset_income": "",
    },
}
# Not barred by their class alone: a person judges each project (MJ L6).
OF_THE_BANS = ("image_projects", "county_building")
CLASSES = {
    "guangfeng-2021": ("GF", ("industry", "infrastructure", "help", "insurance")),
    "meilan-2023": ("ML", ("industry", "infrastructure")),
    "jinghe-2023": ("JH", ("industry", "infrastructure", "employment", "other")),
    "maojian-2017": ("MJ", ("agriculture_industry", "infrastructure", "relocation", "industry_subsidy", *OF_THE_BANS)),
}
CODES = {"guangfeng": "GF", "jiashi": "JS", "meilan": "ML", "jinghe": "JH", "maojian": "MJ"}


def of_source(walk: Walk, no: str, source: str, tier: str) -> RegisterReceipt:
    asked = receipt(5, document_no=f"文件{no}", pool=walk.pools[0], source=source)
    return msgspec.structs.replace(asked, tier=tier)


def registrar(walk: Walk) -> str:
    assert walk.profile.receipt is not None
    assert walk.profile.receipt.registrar is not None
    return walk.profile.receipt.registrar


@pytest.mark.parametrize(
    "folder",
    [pytest.param(f, marks=pytest.mark.row("FD-01", CODES[f.partition("-")[0]]), id=f) for f in SOURCES],
)
def test_money_comes_from_the_sources_of_the_text_and_is_of_their_tier(ledger: Ledger, folder: str) -> None:
    walk = Walk.real(ledger, folder)
    county: County = walk.county
    for n, (source, tier) in enumerate(SOURCES[folder].items()):
        if tier:
            other = "township" if tier != "township" else "central"
            county.refuses("fund", f"X{n}", of_source(walk, f"X{n}", source, other), registrar(walk), TierError, tier)
        for m, said in enumerate(dict.fromkeys((tier, ""))):
            county.ask("fund", f"F{n}-{m}", of_source(walk, f"F{n}-{m}", source, said), registrar(walk))
    lottery = of_source(walk, "Y", "lottery", "")
    county.refuses("fund", "Y", lottery, registrar(walk), BadInputError, "lottery", *SOURCES[folder])


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(f, marks=[pytest.mark.row(row, code) for row in ("FD-15", "FD-17", "FD-29")], id=f)
        for f, (code, _) in CLASSES.items()
    ],
)
def test_a_project_is_of_a_class_of_its_countys_text(ledger: Ledger, folder: str) -> None:
    walk = Walk.real(ledger, folder)
    assert walk.profile.project is not None
    post = walk.profile.project.steps[0].post or ""
    for n, use in enumerate((*CLASSES[folder][1], "parade")):
        project = RegisterProject(
            name=f"样例·{use}", village=f"{n}村", township="样例乡", unit="样例·单位", use=use, budget_fen=5
        )
        if use == "parade":
            walk.county.refuses("project", f"R{n}", project, post, BadInputError, "parade")
        else:
            walk.county.ask("project", f"R{n}", project, post)
            assert walk.county.state(PROJECT, f"R{n}").registered.use == use
