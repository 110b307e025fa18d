"""The tables of the view `projects`."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, MetaData, String, Table

from projections.case_rows import MONEY

# The day on which a project passed its step of a kind.
DAYS = {
    "declare": "declared_on",
    "survey": "surveyed_on",
    "bank": "banked_on",
    "plan": "planned_on",
    "release": "released_on",
    "tender": "tendered_on",
    "contract": "contracted_on",
    "build": "built_on",
    "payments": "paid_off_on",
    "accept": "accepted_on",
    "title": "titled_on",
    "handover": "handed_over_on",
    "keep": "kept_on",
}
SAID = ("name", "village", "township", "unit", "use", "purpose", "first_year", "last_year")
OF_PROJECT = ("budget_fen", "contract_fen", "allotted_fen", "released_fen", "claimed_fen", "paid_fen")
assert set(OF_PROJECT) <= set(MONEY)

TABLES = MetaData()
PROJECTS = Table(
    "view_projects",
    TABLES,
    Column("project", String, primary_key=True),
    Column("county", String, nullable=False),
    Column("project_no", String, nullable=False),
    *(Column(name, String, nullable=False) for name in SAID[:6]),
    *(Column(name, Integer, nullable=False) for name in SAID[6:]),
    Column("contractor", String, nullable=False),
    Column("target", String, nullable=False),
    Column("linkage", String, nullable=False),
    Column("households", Integer, nullable=False),
    Column("declared_fen", BigInteger, nullable=False),
    *(Column(name, BigInteger) for name in OF_PROJECT),
    Column("stage", String, nullable=False, index=True),
    Column("closed", Boolean, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("registered_on", Date, nullable=False),
    Column("stage_since", Date, nullable=False),
    Column("ended_because", String, nullable=False),
    *(Column(name, Date) for name in DAYS.values()),
    Column("started_on", Date),  # Since when it waits, or waited, to be built.
    Column("removed_on", Date),  # From the bank.
    Column("assets", JSON, nullable=False),
    Column("passed", JSON, nullable=False),  # Of each step that was ever passed: since when it waited, when, who.
    # By which a county's list is read a page at a time, and narrowed.
    Index("ix_view_projects_county_no", "county", "project_no"),
    Index("ix_view_projects_county_stage", "county", "stage"),
    Index("ix_view_projects_county_township", "county", "township"),
)
STEPS = Table(
    "view_project_steps",
    TABLES,
    Column("project", String, primary_key=True),
    Column("step", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("post", String, nullable=False),
    Column("clause", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_on", Date),
    Column("passed_on", Date),
    *(Column(name, String, nullable=False) for name in ("person", "on_behalf_of", "by_post")),
)
