"""Letters to a real mail server: taken, refused for now, refused for good, not answered, cut off, down for an hour."""

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from domain.ledger import Ledger
from notices.addresses import Person
from notices.mail import Mail, letter_of
from notices.outbox import IN_DOUBT, PARKED, SENT, Claim
from notices.outcomes import REST_S_MAX
from notices.sending import Sender, Tally
from notices.tables import QUEUED
from tests.notices.office import BEGINS, Desk, everybody_by_mail, mail_at, open_office
from tests.notices.receivers import MailServerHere, certified, free_port
from tests.story import receive

# Long enough for a letter to reach the server on a machine with much to do.
UNANSWERED_S = 2.0
PASSWORD = b"s3cret"
FINANCE = "finance_section@example.test"


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One kind of store is enough here: what is sent does not depend on it."""
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/ledger.db"


@pytest.fixture
def desk(ledger: Ledger, engine: Engine) -> Desk:
    """Seven notices, to three people by e-mail, that nobody has sent yet."""
    story = open_office(ledger)
    made = Desk(ledger, engine, everybody_by_mail())
    made.begin()
    receive(story)
    assert made.read() == 7
    return made


@pytest.fixture
def few(ledger: Ledger, engine: Engine) -> Desk:
    """Two notices by e-mail, for tests that wait for each."""
    story = open_office(ledger)
    everybody = everybody_by_mail()
    people = {person: everybody[person] for person in ("p-chief_watch_post", "p-deputy_director")}
    made = Desk(ledger, engine, people)
    made.begin()
    receive(story)
    made.read()
    assert len(made.states()) == 2
    return made


def sender(desk: Desk, port: int, **limits: float) -> Sender:
    return Sender(desk.outbox, [Mail(mail_at(port, **limits))], desk.people, desk.clock, again=False)


def tos(server: MailServerHere) -> Counter[str]:
    return Counter(letter.to for letter in server.taken)


async def test_each_letter_arrives_once_in_the_order_of_the_facts(desk: Desk, mail_server: MailServerHere) -> None:
    assert await sender(desk, mail_server.port).round() == Tally(sent=7)
    assert await sender(desk, mail_server.port).round() == Tally()
    assert [letter.message["subject"] for letter in mail_server.taken] == [one.subject_zh for one in desk.noted]
    assert {state for _, state in desk.states()} == {SENT}
    (first, *_) = desk.noted
    assert (first.deliveries[0].address, first.deliveries[0].sent_at) == (FINANCE, "2026-11-02T09:00:00.000+08:00")


async def test_a_letter_is_chinese_in_head_and_text_and_its_id_is_the_notices(
    desk: Desk, mail_server: MailServerHere
) -> None:
    await sender(desk, mail_server.port).round()
    letter, one = mail_server.taken[0], desk.noted[0]
    message = letter.message
    assert letter.raw.isascii()  # No server on the way need know of UTF-8.
    assert message["message-id"] == f"<{one.id}@county.test>"
    assert message["subject"] == one.subject_zh
    assert message["from"].addresses[0].display_name == "衔接资金 Bridgefund"
    assert message["to"].addresses[0].display_name == "样例·finance_section"
    assert message["date"].datetime.isoformat() == "2023-02-16T10:00:00+08:00"
    assert message["auto-submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == one.text_zh
    assert message.defects == []


async def test_who_reads_english_gets_english(desk: Desk, mail_server: MailServerHere) -> None:
    desk.people["p-finance_section"] = Person(email=FINANCE, lang="en")
    await sender(desk, mail_server.port).round()
    message, one = mail_server.taken[0].message, desk.noted[0]
    assert (message["subject"], message["content-language"]) == (one.subject_en, "en")


def test_a_letter_is_the_same_bytes_every_time(desk: Desk) -> None:
    claim, person = Claim(desk.noted[0], "email", 1), desk.people["p-finance_section"]
    assert letter_of(claim, person, "a@b.test") == letter_of(Claim(desk.noted[0], "email", 9), person, "a@b.test")


async def test_what_is_refused_for_now_goes_later_and_once(desk: Desk, mail_server: MailServerHere) -> None:
    mail_server.at_rcpt = lambda to: "451 4.7.1 greylisted" if to == FINANCE else "250 OK"
    assert await sender(desk, mail_server.port).round() == Tally(sent=2, later=5)
    desk.clock.on(seconds=59)
    assert await sender(desk, mail_server.port).round() == Tally()
    desk.clock.on(seconds=1)
    assert await sender(desk, mail_server.port).round() == Tally(later=5)
    mail_server.at_rcpt = lambda _: "250 OK"
    desk.clock.on(seconds=119)  # The second wait is twice the first.
    assert await sender(desk, mail_server.port).round() == Tally()
    desk.clock.on(seconds=1)
    assert await sender(desk, mail_server.port).round() == Tally(sent=5)
    assert tos(mail_server).total() == 7


async def test_what_is_refused_after_the_text_for_now_goes_later_and_once(
    desk: Desk, mail_server: MailServerHere
) -> None:
    mail_server.at_data = lambda _: "452 4.3.1 no room"
    assert await sender(desk, mail_server.port).round() == Tally(later=7)
    mail_server.at_data = lambda _: "250 OK"
    desk.clock.on(minutes=1)
    assert await sender(desk, mail_server.port).round() == Tally(sent=7)
    assert tos(mail_server).total() == 7


@pytest.mark.parametrize("at", ["at_rcpt", "at_data"])
async def test_what_is_refused_for_good_is_parked_with_the_reason_until_somebody_asks_again(
    desk: Desk, mail_server: MailServerHere, at: str
) -> None:
    setattr(mail_server, at, lambda to: "550 5.1.1 no such mailbox" if to == FINANCE else "250 OK")
    assert await sender(desk, mail_server.port).round() == Tally(sent=2, parked=5)
    desk.clock.on(days=30)
    assert await sender(desk, mail_server.port).round() == Tally()
    reasons = {delivery.reason for _, delivery in desk.outbox.troubled()}
    assert reasons == {"550 5.1.1 no such mailbox"}
    setattr(mail_server, at, lambda _: "250 OK")
    desk.people["p-finance_section"] = Person(email="new@example.test")
    assert desk.outbox.retry(desk.clock(), [PARKED]) == 5
    assert await sender(desk, mail_server.port).round() == Tally(sent=5)
    assert tos(mail_server)["new@example.test"] == 5


async def test_a_server_that_is_down_for_an_hour_loses_nothing_and_repeats_nothing(
    desk: Desk, mail_server: MailServerHere
) -> None:
    """Every five seconds of the hour somebody looks; when it is back, all of it goes within five minutes."""
    mail_server.down()
    one, tried = sender(desk, mail_server.port), 0
    for _ in range(720):
        tried += (await one.round()).later
        desk.clock.on(seconds=5)
    assert 10 < tried < 30  # One letter at a time, less and less often.
    assert {state for _, state in desk.states()} == {QUEUED}
    mail_server.up()
    until = desk.clock() + timedelta(seconds=REST_S_MAX)
    while (await one.round()).resting:
        desk.clock.on(seconds=5)
        assert desk.clock() <= until
    assert tos(mail_server).total() == 7
    assert len({letter.message["message-id"] for letter in mail_server.taken}) == 7
    assert {state for _, state in desk.states()} == {SENT}


async def test_a_server_that_takes_the_call_and_says_nothing_is_left_alone(desk: Desk) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        tally = await sender(desk, silent.getsockname()[1], come_in_s_max=0.2).round()
    assert tally == Tally(later=1, resting=6)
    ((_, delivery),) = desk.outbox.troubled()
    assert delivery.reason is not None
    assert "Timeout" in delivery.reason


async def test_a_letter_whose_end_is_not_answered_is_in_doubt_and_is_not_sent_again(
    few: Desk, mail_server: MailServerHere
) -> None:
    mail_server.holds_end.set()
    tally = await sender(few, mail_server.port, answer_s_max=UNANSWERED_S).round()
    assert tally == Tally(in_doubt=1, resting=1)  # The second is not put in doubt as well.
    mail_server.holds_end.clear()
    few.clock.on(days=30)
    assert await sender(few, mail_server.port).round() == Tally(sent=1)
    assert tos(mail_server).total() == 2  # It had the first.
    assert few.outbox.counts()["email"][IN_DOUBT] == 1
    # A person who asks for it gets a repeat that can be known for one.
    assert few.outbox.retry(few.clock(), [IN_DOUBT]) == 1
    assert await sender(few, mail_server.port).round() == Tally(sent=1)
    first, _, again = mail_server.taken
    assert first.raw == again.raw


async def test_who_prefers_a_repeat_to_a_doubt_gets_the_same_message_id(few: Desk, mail_server: MailServerHere) -> None:
    mail_server.holds_end.set()
    server = mail_at(mail_server.port, answer_s_max=UNANSWERED_S)
    again = Sender(few.outbox, [Mail(server)], few.people, few.clock, again=True)
    assert await again.round() == Tally(later=1, resting=1)
    mail_server.holds_end.clear()
    few.clock.on(minutes=1)
    assert await again.round() == Tally(sent=2)
    ids = Counter(letter.message["message-id"] for letter in mail_server.taken)
    assert sorted(ids.values()) == [1, 2]


async def test_a_connection_that_is_cut_before_the_text_is_no_doubt(desk: Desk, mail_server: MailServerHere) -> None:
    mail_server.at_rcpt = lambda _: "421 4.3.2 going down"
    tally = await sender(desk, mail_server.port).round()
    assert tally == Tally(later=1, resting=6)
    assert desk.outbox.counts()["email"][IN_DOUBT] == 0


def knows_the_password(*given: object) -> bool:
    """Return whether a server that asks for a name lets it in."""
    return given[-1] == PASSWORD


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[tuple[MailServerHere, Path]]:
    """A mail server that takes letters over TLS and by password only, and the certificate by which it is known."""
    certificate = certified(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    options = {"tls_context": context, "require_starttls": True, "auth_required": True}
    with MailServerHere(auth_callback=knows_the_password, **options) as server:
        yield server, certificate


def with_password(desk: Desk, port: int, password: str) -> Sender:
    server = replace(mail_at(port), host="localhost", tls="starttls", user="bridgefund", password=password)
    assert password not in repr(server)
    return Sender(desk.outbox, [Mail(server)], desk.people, desk.clock, again=False)


async def test_letters_go_over_tls_with_name_and_password(
    desk: Desk, encrypted: tuple[MailServerHere, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert await with_password(desk, server.port, PASSWORD.decode()).round() == Tally(sent=7)


async def test_who_hangs_up_waits_for_no_farewell(tmp_path: Path) -> None:
    """Else the socket of each letter over TLS stays open until the server has said goodbye."""
    certificate, done = certified(tmp_path), threading.Event()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with socket.create_server(("localhost", 0)) as server:

        def greet() -> None:
            call, _ = server.accept()
            with context.wrap_socket(call, server_side=True) as spoken:
                spoken.sendall(b"220 here\r\n")
                done.wait()

        thread = threading.Thread(target=greet)
        thread.start()
        mail = Mail(replace(mail_at(server.getsockname()[1]), host="localhost", tls="tls"))
        smtp = mail.client(ssl.create_default_context(cafile=str(certificate)))
        await smtp.connect()
        open_socket = smtp.get_transport_info("socket")
        assert open_socket.fileno() != -1
        smtp.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert open_socket.fileno() == -1
        done.set()
        thread.join()


async def test_a_wrong_password_is_our_own_matter_and_parks_nobodys_letters(
    desk: Desk, encrypted: tuple[MailServerHere, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, certificate = encrypted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert await with_password(desk, server.port, "wrong").round() == Tally(later=1, resting=6)
    ((_, delivery),) = desk.outbox.troubled()
    assert (delivery.reason or "").startswith("535")


async def test_a_server_that_cannot_show_who_it_is_hears_no_password(
    desk: Desk, encrypted: tuple[MailServerHere, Path]
) -> None:
    server, _ = encrypted
    assert await with_password(desk, server.port, PASSWORD.decode()).round() == Tally(later=1, resting=6)
    ((_, delivery),) = desk.outbox.troubled()
    assert "certificate" in (delivery.reason or "").lower()


async def test_senders_at_once_send_each_letter_once(desk: Desk, mail_server: MailServerHere) -> None:
    tallies = await asyncio.gather(*(sender(desk, mail_server.port).round() for _ in range(4)))
    assert sum(tally.sent for tally in tallies) == 7
    assert len({letter.message["message-id"] for letter in mail_server.taken}) == len(mail_server.taken) == 7


async def test_an_address_that_is_gone_from_the_file_is_parked(desk: Desk, mail_server: MailServerHere) -> None:
    del desk.people["p-finance_section"]
    assert await sender(desk, mail_server.port).round() == Tally(sent=2, parked=5)
    assert {delivery.reason for _, delivery in desk.outbox.troubled()} == {
        "p-finance_section has no email in the address file"
    }


async def test_a_port_on_which_nobody_listens_is_tried_again(desk: Desk) -> None:
    one = sender(desk, free_port())
    assert await one.round() == Tally(later=1, resting=6)
    assert await one.round() == Tally(resting=7)  # It rests for a moment.
    desk.clock.on(seconds=5)
    assert await one.round() == Tally(later=1, resting=6)
    assert desk.clock() > BEGINS
