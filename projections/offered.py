"""What forms offer of a county: what is most likely meant first, and no more than so many, cut in SQL."""

from sqlalchemy import Engine, func, select
from sqlalchemy import case as when

from projections.claim_tables import CLAIMS
from projections.fund_ledger import FUNDS, PORTIONS
from projections.plan_lines import PLANS


def funds_with_free(engine: Engine, county: str, most: int) -> list[tuple[str, str, int]]:
    """Return number, document and free fen of a county's funds: those that have any free first, the newest first."""
    free = func.sum(PORTIONS.c.free_fen)
    asked = select(FUNDS.c.fund_no, FUNDS.c.document_no, free).join(PORTIONS, PORTIONS.c.fund == FUNDS.c.fund)
    of = (FUNDS.c.fund, FUNDS.c.fund_no, FUNDS.c.document_no, FUNDS.c.fiscal_year, FUNDS.c.entered_on)
    newest = (FUNDS.c.fiscal_year.desc(), FUNDS.c.entered_on.desc(), FUNDS.c.fund_no)
    ordered = asked.where(FUNDS.c.county == county).group_by(*of).order_by(when((free > 0, 0), else_=1), *newest)
    with engine.connect() as connection:
        return [(no, document, int(fen)) for no, document, fen in connection.execute(ordered.limit(most))]


def newest_plans(engine: Engine, county: str, most: int, *, in_force: bool) -> list[tuple[str, str]]:
    """Return number and title of a county's plans that are in force, or of those that wait to be; open ones first."""
    stands = PLANS.c.in_force_on.is_not(None) if in_force else PLANS.c.in_force_on.is_(None) & ~PLANS.c.closed
    asked = select(PLANS.c.plan_no, PLANS.c.title).where(PLANS.c.county == county, stands)
    newest = asked.order_by(PLANS.c.closed, PLANS.c.drafted_on.desc(), PLANS.c.plan_no).limit(most)
    with engine.connect() as connection:
        return [(row.plan_no, row.title) for row in connection.execute(newest)]


def newest_paid_claims(engine: Engine, county: str, most: int, project_no: str = "") -> list[tuple[str, str]]:
    """Return number and project of a county's claims that are paid, or of one project's, what was paid last first."""
    asked = select(CLAIMS.c.claim_no, CLAIMS.c.project_no).where(CLAIMS.c.county == county, CLAIMS.c.stage == "paid")
    if project_no:
        asked = asked.where(CLAIMS.c.project_no == project_no)
    newest = asked.order_by(CLAIMS.c.paid_on.desc(), CLAIMS.c.claim_no).limit(most)
    with engine.connect() as connection:
        return [(row.claim_no, row.project_no) for row in connection.execute(newest)]
