"""The timeline's tables: facts, whose histories they stand in, and what leads from one case to another."""

from sqlalchemy import JSON, BigInteger, Column, Date, Integer, MetaData, String, Table

TABLES = MetaData()
# Each fact once, by its place in the log.
FACTS = Table(
    "view_timeline_facts",
    TABLES,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("fact", String, nullable=False),  # Its stored name.
    Column("person", String, nullable=False),
    Column("post", String, nullable=False),
    Column("unit", String, nullable=False),
    Column("on_behalf_of", String, nullable=False),
    Column("second", String, nullable=False),
    Column("door", String, nullable=False),
    Column("command_id", String, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("evidence", String, nullable=False),
    Column("recorded_on", Date, nullable=False),
    Column("recorded_at", String, nullable=False),  # ISO 8601, in Asia/Shanghai: SQLite keeps no time zone.
    Column("clause", String, nullable=False),
    Column("content", JSON, nullable=False),  # The fact, whole.
)
# A row for each case and fact: a fund's history holds its plans' facts too. The amount is the case's part of it.
HISTORY = Table(
    "view_timeline",
    TABLES,
    Column("case", String, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("amount_fen", BigInteger),
)
# What happens in `stream` belongs to `case` as well, and to whatever `case` belongs to.
LINKS = Table(
    "view_timeline_links",
    TABLES,
    Column("stream", String, primary_key=True),
    Column("case", String, primary_key=True),
)
# What a claim draws on each fund: payment facts name the claim only.
DRAWS = Table(
    "view_timeline_draws",
    TABLES,
    Column("claim", String, primary_key=True),
    Column("fund", String, primary_key=True),
    Column("amount_fen", BigInteger, nullable=False),
)
