"""Acting from the command line on cases that run: signed, decided, answered, and with the right exit code each time."""

import asyncio
import json

from domain.claim import CLAIM
from domain.fund import FUND
from domain.ledger import Ledger
from domain.outbox import OUTBOX
from tests.e2e.program import Ended, run
from tests.e2e.town import OPEN_CLAIM, Town
from tests.files.samples import PDF
from tests.places import ROOT


async def test_fifty_acts_end_with_fifty_right_exit_codes(town: Town) -> None:
    """A wrong post is refused, the right one passes the gate, a repeat finds it passed."""
    expected = [("approve", "director", 2), ("approve", "payment_centre", 0)] + [("approve", "payment_centre", 2)] * 23
    expected += [("approve", "deputy_director", 0), ("send", "payment_centre", 0), ("bounce", "treasury_officer", 0)]
    expected += [("send", "payment_centre", 0), ("confirm", "treasury_officer", 0)]
    expected += [("send", "payment_centre", 2)] * 20
    assert len(expected) == 50
    extra = {"bounce": ("--note", "户名不符"), "confirm": ("--bank-ref", "回单1")}
    seen = []
    for word, post, _ in expected:
        ended = await town.act(OPEN_CLAIM, word, "--as", post, *extra.get(word, ()))
        seen.append(ended.code)
    assert seen == [code for _, _, code in expected]
    with Ledger(town.store) as ledger:
        assert ledger.state(CLAIM, OPEN_CLAIM).paid


async def test_bad_words_name_the_field_and_change_nothing(town: Town) -> None:
    with Ledger(town.store) as ledger:
        before = sum(1 for entry in ledger.log() if "/attempts/" not in entry.stream)
    for words, named in (
        (("sample/claim/S99", "approve", "--as", "payment_centre"), "sample/claim/S99"),
        (("sample/clam/S04-2", "approve", "--as", "payment_centre"), "sample/clam/S04-2"),
        (("Sample/claim/S04-2", "approve", "--as", "payment_centre"), "Sample"),
        ((OPEN_CLAIM, "approve", "--as", "no_such_post"), "no_such_post"),
        ((OPEN_CLAIM, "approve"), "--as"),
        ((OPEN_CLAIM, "report", "--as", "payment_centre"), "report"),
        ((OPEN_CLAIM, "return", "--as", "payment_centre"), "opinion"),
        ((OPEN_CLAIM, "approve", "--as", "payment_centre", "--on", "2999-01-01"), "2999-01-01"),
        ((OPEN_CLAIM, "ask", "--as", "payment_centre", "--body", "nothing.json"), "nothing.json"),
    ):
        ended = await town.act(*words, BRIDGEFUND_LANG="en")
        assert ended.code == 2, (words, ended.err)
        assert named in ended.err, (words, ended.err)
    with Ledger(town.store) as ledger:
        assert sum(1 for entry in ledger.log() if "/attempts/" not in entry.stream) == before


async def test_announced_money_arrives_from_the_command_line(town: Town) -> None:
    case, as_post = "sample/fund/F3", ("--as", "finance_section")
    paper = ("--document", "样例财农〔2022〕99号", "--item", "1")
    early = await town.act(case, "report", *as_post, BRIDGEFUND_LANG="en")
    assert (early.code, "样例财农〔2022〕88号" in early.err, "fund.arrive/1" in early.err) == (2, True, True)
    whole = await town.act(case, "arrive", *as_post, *paper, "--portion", "integrated", BRIDGEFUND_LANG="en")
    assert (whole.code, "--portion" in whole.err) == (2, True)
    arrived = await town.act(case, "arrive", *as_post, *paper, "--portion", "integrated=140000000", "--json")
    assert arrived.code == 0, arrived.err
    assert [step["id"] for step in json.loads(arrived.out)["open_steps"]] == ["report", "notify"]
    with Ledger(town.store) as ledger:
        assert ledger.state(FUND, case).balances.portions["integrated"].received == 140_000_000
    await sends_the_arrival_to_the_system_outside(town)


async def sends_the_arrival_to_the_system_outside(town: Town) -> None:
    where = ("--store", town.store, "--address", town.address, "--as", "finance_section")
    file = town.cwd / "monitoring.json"
    words = ("outbox", "export", "sample", "monitoring", "-o", str(file), *where)
    sent = await asyncio.to_thread(run, town.cwd, *words)
    assert sent.code == 0, sent.err
    (row,) = (row for row in json.loads(file.read_text(encoding="utf-8")) if row["about"] == "sample/fund/F3")
    assert (row["entry"], row["amount_fen"]) == ("到账 / arrival", 140_000_000)
    again = await asyncio.to_thread(run, town.cwd, *words[:-6], str(town.cwd / "again.json"), *where)
    assert again.code == 2
    with Ledger(town.store) as ledger:
        state = ledger.state(OUTBOX, "sample/outbox/monitoring")
        assert (state.waiting(), state.batches[len(state.batches)].last) == ([], len(state.rows))


async def test_a_key_file_signs_for_its_own_person_only(town: Town) -> None:
    key = town.cwd / "my.key"
    made = await asyncio.to_thread(run, town.cwd, "key", "new", str(key), "--person", "p-109")
    assert made.code == 0, made.err
    unknown = await town.act(OPEN_CLAIM, "approve", "--key", str(key), BRIDGEFUND_LANG="en")
    assert unknown.code == 2
    assert "not registered" in unknown.err
    registered = await asyncio.to_thread(run, town.cwd, "key", "register", "sample", str(key), "--store", town.store)
    assert registered.code == 0, registered.err
    signed = await town.act(OPEN_CLAIM, "approve", "--key", str(key), "--json")
    assert signed.code == 0, signed.err
    assert json.loads(signed.out)["stage"] == "deputy_director"
    other = await town.act(OPEN_CLAIM, "approve", "--key", str(key), "--post", "deputy_director", BRIDGEFUND_LANG="en")
    assert other.code == 2
    assert "does not hold deputy_director" in other.err


async def test_a_case_is_moved_to_rules_that_were_adopted_later(town: Town) -> None:
    text = (ROOT / "policies" / "sample.toml").read_text(encoding="utf-8")
    post = 'post = "payment_centre"\nkind = "review"'
    assert text.count(post) == 1
    changed = text.replace(post, post.replace("payment_centre", "director")).replace('"2023.1"', '"2023.2"')
    file = town.cwd / "second.toml"
    file.write_text(changed, encoding="utf-8")
    words = ("policy", "adopt", "sample", "--file", str(file), "--store", town.store)
    adopted = await asyncio.to_thread(run, town.cwd, *words)
    assert adopted.code == 0, adopted.err
    unsaid = await town.act(OPEN_CLAIM, "move", "--as", "implementing_unit")
    assert unsaid.code == 2
    assert "--note" in unsaid.err
    moved = await town.act(OPEN_CLAIM, "move", "--as", "implementing_unit", "--note", "新办法施行", "--json")
    assert moved.code == 0, moved.err
    assert json.loads(moved.out)["open_steps"] == [{"id": "payment_centre", "post": "director"}]
    again = await town.act(
        OPEN_CLAIM, "move", "--as", "implementing_unit", "--note", "新办法施行", BRIDGEFUND_LANG="en"
    )
    assert again.code == 2
    assert "under version 2023.2" in again.err
    passed = await town.act(OPEN_CLAIM, "approve", "--as", "director")
    assert passed.code == 0, passed.err


async def test_each_acts_on_the_gate_of_their_own_post_where_two_wait(town: Town) -> None:
    """The claim waits at its second gate; new rules open the third together with it."""
    text = (ROOT / "policies" / "sample.toml").read_text(encoding="utf-8")
    third = 'post = "deputy_director"\nkind = "recheck"\n'
    assert text.count(third) == 1
    file = town.cwd / "grouped.toml"
    file.write_text(text.replace(third, f"{third}with_former = true\n").replace('"2023.1"', '"2023.2"'), "utf-8")
    adopt = ("policy", "adopt", "sample", "--file", str(file), "--store", town.store)
    key = ("key", "new", "my.key", "--person", "p-112")
    for words in (adopt, key, ("key", "register", "sample", "my.key", "--store", town.store)):
        ended = await asyncio.to_thread(run, town.cwd, *words)
        assert ended.code == 0, ended.err
    moved = await town.act(OPEN_CLAIM, "move", "--as", "implementing_unit", "--note", "新办法施行", "--json")
    assert [step["id"] for step in json.loads(moved.out)["open_steps"]] == ["payment_centre", "deputy_director"]
    # The key's owner holds the second of the two posts.
    signed = await town.act(OPEN_CLAIM, "approve", "--key", "my.key", "--json")
    assert signed.code == 0, signed.err
    assert [step["id"] for step in json.loads(signed.out)["open_steps"]] == ["payment_centre"]
    passed = await town.act(OPEN_CLAIM, "approve", "--as", "payment_centre", "--json")
    assert json.loads(passed.out)["stage"] == "send"


async def test_a_broken_deadline_is_not_extended_but_may_be_waived_by_who_may(town: Town) -> None:
    case = "sample/obligation/claim-S04-2-v1-payment_centre"
    asked = (case, "ask", "--set", "reason=样例：误报")
    more = ("--request", "obligation.extend/1", "--set", "days=5")
    refused = await town.act(*asked, *more, "--as", "director", BRIDGEFUND_LANG="en")
    assert (refused.code, "a breach is never undone" in refused.err) == (2, True), refused.err
    waive = ("--request", "obligation.waive/1")
    own = await town.act(*asked, *waive, "--as", "payment_centre", BRIDGEFUND_LANG="en")
    assert (own.code, "another person must" in own.err) == (2, True), own.err
    waived = await town.act(*asked, *waive, "--as", "director", "--json")
    assert waived.code == 0, waived.err
    assert json.loads(waived.out)["stage"] == "waived"
    shown = await asyncio.to_thread(run, town.cwd, "obligation", "show", case, "--json", "--store", town.store)
    row = json.loads(shown.out)["case"]
    assert (row["stage"], row["late"], row["granted"][0]["post"]) == ("waived", True, "director")


async def test_a_paper_is_attached_replaced_and_audited(town: Town) -> None:
    """Its file lies beside the store; a digest without a file is refused by the worker, whatever a door says."""

    async def files(*words: str) -> Ended:
        return await asyncio.to_thread(run, town.cwd, *words, "--store", town.store, BRIDGEFUND_LANG="en")

    where, paper = ("--as", "payment_centre", "--address", town.address), ("--paper", "check_list")
    (town.cwd / "核对单.pdf").write_bytes(PDF)
    (town.cwd / "更正.pdf").write_bytes(PDF + b"signed")
    first = await files("files", "attach", OPEN_CLAIM, "核对单.pdf", *paper, *where)
    assert first.code == 0, first.err
    blind = await files("files", "attach", OPEN_CLAIM, "更正.pdf", *paper, *where)
    assert (blind.code, "stands as" in blind.err) == (2, True), blind.err
    second = await files("files", "attach", OPEN_CLAIM, "更正.pdf", *paper, *where, "--reason", "补签字")
    assert second.code == 0, second.err
    named = {"paper": "photos", "step": "payment_centre", "file_name": "a.pdf", "digest": "a9" * 32}
    said = [f"{name}={value}" for name, value in {**named, "size_bytes": 9, "media_type": "application/pdf"}.items()]
    request = ("--request", "paper.attach/1", *(word for one in said for word in ("--set", one)))
    missing = await town.act(OPEN_CLAIM, "ask", "--as", "payment_centre", *request, BRIDGEFUND_LANG="en")
    assert (missing.code, "a9" * 32 in missing.err) == (2, True), missing.err
    assert (await town.act(OPEN_CLAIM, "approve", "--as", "payment_centre")).code == 0

    (older, newer) = json.loads((await files("files", "list", OPEN_CLAIM, "--json")).out)["papers"]
    assert (older["state"], newer["state"], newer["replaces"]) == ("replaced", "stands", older["digest"])
    assert (older["step"], newer["reason"], newer["media_type"]) == ("payment_centre", "补签字", "application/pdf")
    next((town.cwd / "year.db.files").rglob(older["digest"])).write_bytes(b"altered")
    audited = await files("audit", "files")
    assert (audited.code, "核对单.pdf" in audited.out) == (1, True), audited.out
