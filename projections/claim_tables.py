"""The tables of the view `claims`."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, MetaData, String, Table

DAYS = ("sent_on", "bounced_on", "paid_on", "refunded_on", "returned_on", "ended_on")
TIMES = ("returned_times", "sent_times", "bounced_times")
WHY = ("returned_because", "bounced_because", "refunded_because", "ended_because", "bank_ref")
FIGURES = ("claimed_fen", "approved_fen", "paid_fen")

TABLES = MetaData()
CLAIMS = Table(
    "view_claims",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("county", String, nullable=False),
    Column("claim_no", String, nullable=False),
    Column("project_no", String, nullable=False),
    Column("kind", String, nullable=False, default=""),
    Column("version", Integer, nullable=False),
    Column("corrections", Integer, nullable=False, default=0),
    Column("payee", String, nullable=False, default=""),
    Column("vouchers", Integer, nullable=False, default=0),
    Column("papers", Integer, nullable=False, default=0),
    Column("stage", String, nullable=False, default=""),
    Column("closed", Boolean, nullable=False, default=False),
    *(Column(name, BigInteger, nullable=False, default=0) for name in FIGURES),
    Column("lodged_on", Date, nullable=False),
    Column("lodged_anew_on", Date),
    *(Column(name, Date) for name in DAYS),
    *(Column(name, Integer, nullable=False, default=0) for name in TIMES),
    *(Column(name, String, nullable=False, default="") for name in WHY),
    Column("waits_since", Date),  # The stated day on which it began to wait for what it waits for.
    Column("order", JSON, nullable=False),  # Its gates, those together that are open together.
    # By which a county's list is read a page at a time, and narrowed; and those of one project.
    Index("ix_view_claims_county_project", "county", "project_no", "lodged_on", "claim"),
    Index("ix_view_claims_county_lodged", "county", "lodged_on", "claim"),
    Index("ix_view_claims_county_stage", "county", "stage"),
)
LINES = Table(
    "view_claim_lines",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("fund_no", String, primary_key=True, index=True),
    Column("pool", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("project_no", String, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
)
GATES = Table(
    "view_claim_gates",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("gate", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("post", String, nullable=False),
    Column("clause", String, nullable=False),
    Column("state", String, nullable=False, default="ahead"),
    Column("kept", Boolean, nullable=False, default=False),  # Its signature stands from an earlier version.
    Column("opened_on", Date),
    Column("opened_times", Integer, nullable=False, default=0),
    Column("answered_on", Date),
    Column("recorded_on", Date),
    *(Column(name, String, nullable=False, default="") for name in ("person", "on_behalf_of", "second", "opinion")),
)
