"""What may stand in a fund's book."""

from typing import Any

from tests.domain.books.kept import CLAIMED, Books, recorded, summed

Fact = dict[str, Any]
# Where a claim's money goes with each fact of a fund.
TURNS = {
    "fund.freed/1": ("reserved", "claimable"),
    "fund.sent/1": ("reserved", "sent"),
    "fund.bounced/1": ("sent", "reserved"),
    "fund.paid/1": ("sent", "paid"),
    "fund.refunded/1": ("paid", "claimable"),
}


def enter(books: Books, no: str, name: str, fact: Fact) -> None:
    """Write one fact of a fund down."""
    if name == "fund.received/1":
        _received(books, no, fact)
        return
    assert no in books.years, f"{name} of a fund that never arrived"
    if name in TURNS:
        _turn(books, TURNS[name], no, fact["claim_no"])
        return
    shares = summed(((no, s["pool"], s["project_no"]), s["amount_fen"]) for s in fact.get("shares", ()))
    match name:
        case "fund.reported/1" | "fund.notified/1":
            assert (no, name) not in books.told
            books.told.add((no, name))
        case "fund.withdrawn/1":
            assert 0 < fact["amount_fen"] <= books.free((no, fact["pool"]))
            books.withdrawn[no, fact["pool"]] += fact["amount_fen"]
        case "fund.allotted/1" | "fund.released/1":
            plan = books.plans[fact["plan_no"]]
            assert plan.in_force, "no body's word, no money"
            assert shares == summed((line, fen) for line, fen in plan.lines.items() if line[0] == no)
            first = name == "fund.allotted/1"
            done = plan.allotted if first else plan.released
            assert no not in done, f"{name} twice"
            assert first or no in plan.allotted
            done.add(no)
            for line, fen in shares.items():
                books.move(line, *(("", "unreleased") if first else ("unreleased", "claimable")), fen)
        case "fund.reserved/1":
            claim = books.claims[fact["claim_no"]]
            assert (fact["claim_no"], no) not in books.holds
            assert shares == summed((line, fen) for line, fen in claim.lines.items() if line[0] == no)
            assert claim.version == fact["version"]
            books.holds[fact["claim_no"], no] = ("reserved", shares)
            for line, fen in shares.items():
                books.move(line, "claimable", "reserved", fen)
        case "fund.reduced/1":
            share = fact["share"]
            line = (no, share["pool"], share["project_no"])
            books.move(line, "claimable", "", share["amount_fen"])
            # The reason of a cut is its plan; a reduction by itself gives a reason in words.
            if fact["reason"] in books.plans:
                books.plans[fact["reason"]].cut[line] += share["amount_fen"]
        case "fund.year-closed/1":
            _close_year(books, no, fact)
        case _:
            raise AssertionError(f"the books do not know {name}")


def _received(books: Books, no: str, fact: Fact) -> None:
    item = (fact["document_no"], fact["item_no"])
    assert no not in books.years, f"{no} arrived twice"
    assert item not in books.items, f"{item} was entered twice"
    assert fact["act"]["post"] == books.text["receipt"]["registrar"]
    books.items.add(item)
    books.years[no] = fact["fiscal_year"]
    for portion in fact["portions"]:
        assert portion["amount_fen"] > 0
        books.received[no, portion["pool"]] += portion["amount_fen"]


def _turn(books: Books, turn: tuple[str, str], fund: str, claim: str) -> None:
    start, end = turn
    where, shares = books.holds.pop((claim, fund))
    assert where == start, (claim, fund, where, turn)
    for line, fen in shares.items():
        books.move(line, start, end, fen)
    if end in CLAIMED:
        books.holds[claim, fund] = (end, shares)


def _close_year(books: Books, no: str, fact: Fact) -> None:
    year, carried = fact["year"], fact["carried"]
    assert books.years[no] <= year <= recorded(fact["act"]).year
    assert all(year > before for fund, before in books.closed if fund == no), "closed again, or after a later year"
    assert [c["pool"] for c in carried] == sorted(pool for fund, pool in books.received if fund == no)
    for c in carried:
        pool = (no, c["pool"])
        assert books.bucket(pool, "sent") == 0, "money on its way was closed over"
        left = {bucket: c[f"{bucket}_fen"] for bucket in ("unreleased", "claimable", "reserved")}
        assert left == {bucket: books.bucket(pool, bucket) for bucket in left}
        gone = books.withdrawn[pool] + books.bucket(pool, "paid")
        assert books.received[pool] == gone + c["free_fen"] + sum(left.values()), "money unaccounted for"
    books.closed.add((no, year))
