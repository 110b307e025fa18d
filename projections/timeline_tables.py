"""The timeline's tables: in whose histories a fact stands, and what leads from one case to another."""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table

TABLES = MetaData()
# A row for each case and fact: a fund's history holds its plans' facts too. The amount is the case's part of it.
HISTORY = Table(
    "view_timeline",
    TABLES,
    Column("case", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("amount_fen", BigInteger),
    Column("stays", Boolean, nullable=False),  # It is not handed on with the case's past.
)
# What happens in `stream` belongs to `case` as well, and to whatever `case` belongs to.
LINKS = Table(
    "view_timeline_links",
    TABLES,
    Column("stream", String, primary_key=True),
    Column("case", String, primary_key=True),
)
# Claims to which papers were attached before they were lodged.
PAPERED = Table("view_timeline_papered", TABLES, Column("claim", String, primary_key=True))
# What a claim draws on each fund: payment facts name the claim only.
DRAWS = Table(
    "view_timeline_draws",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("fund", String, primary_key=True),
    Column("amount_fen", BigInteger, nullable=False),
)
