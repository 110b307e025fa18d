"""Webhooks to a real receiver: taken, refused for now and for good, slow, cut off; signed so that it can tell."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from domain.ledger import Ledger
from notices.outbox import PARKED
from notices.outcomes import RETRY_AFTER_S_MAX
from notices.sending import Sender, Tally
from notices.signing import NotOursError, secret_bytes, signed, verify
from notices.webhook import Webhook, retry_after_s
from tests.notices.office import SECRET, Desk, by_webhook, open_office, utc_now
from tests.notices.receivers import Request, WebhooksHere
from tests.places import ROOT
from tests.story import receive

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One kind of store is enough here: what is sent does not depend on it."""
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/ledger.db"


@pytest.fixture
def desk(ledger: Ledger, engine: Engine, webhooks: WebhooksHere) -> Desk:
    """Five notices to the finance section and two to others, by webhook."""
    story = open_office(ledger)
    posts = ("finance_section", "chief_watch_post", "deputy_director")
    people = {f"p-{post}": by_webhook(webhooks.url(post)) for post in posts}
    made = Desk(ledger, engine, people)
    made.begin()
    receive(story)
    assert made.read() == 7
    return made


def sender(desk: Desk, answer_s_max: float = 20.0) -> Sender:
    secrets = dict.fromkeys(desk.people, secret_bytes(SECRET))
    return Sender(desk.outbox, [Webhook(secrets, utc_now, answer_s_max)], desk.people, desk.clock, again=False)


def acted_on(webhooks: WebhooksHere) -> Counter[str]:
    """Return how often each webhook came, by its id: a receiver acts on each id once."""
    return Counter(request.headers["webhook-id"] for request in webhooks.came)


async def test_each_webhook_comes_once_and_says_what_the_notice_says(desk: Desk, webhooks: WebhooksHere) -> None:
    assert await sender(desk).round() == Tally(sent=7)
    assert await sender(desk).round() == Tally()
    one, request = desk.noted[0], webhooks.came[0]
    assert request.path == "/finance_section"
    said = json.loads(request.body)
    assert (said["type"], said["timestamp"]) == ("notice.waits", one.recorded_at)
    assert said["data"] == {
        "id": one.id,
        "case": "sample/fund/F1",
        "county": "sample",
        "post": "finance_section",
        "person": "p-finance_section",
        "due_on": "2023-02-19",
        "subject": one.subject_zh,
        "text": one.text_zh,
        "fact": {"name": "fund.received/1", "stream": "sample/fund/F1", "version": 1},
    }


async def test_the_receiver_can_tell_that_it_is_ours(desk: Desk, webhooks: WebhooksHere) -> None:
    await sender(desk).round()
    for one, request in zip(desk.noted, webhooks.came, strict=True):
        assert verify(SECRET, request.headers, request.body, utc_now()) == one.id
        # As does the specification's own library.
        standardwebhooks.Webhook(SECRET).verify(request.body, request.headers)


@pytest.mark.parametrize("code", [500, 502, 503, 408, 429])
async def test_what_is_refused_for_now_comes_again_under_the_same_id(
    desk: Desk, webhooks: WebhooksHere, code: int
) -> None:
    webhooks.answers = lambda _: (code, {})
    assert await sender(desk).round() == Tally(later=7)
    webhooks.answers = lambda _: (200, {})
    desk.clock.on(seconds=60)
    assert await sender(desk).round() == Tally(sent=7)
    assert set(acted_on(webhooks).values()) == {2}
    desk.clock.on(days=1)
    assert await sender(desk).round() == Tally()


async def test_who_asks_to_wait_is_given_that_long(desk: Desk, webhooks: WebhooksHere) -> None:
    webhooks.answers = lambda _: (429, {"retry-after": "600"})
    assert await sender(desk).round() == Tally(later=7)
    webhooks.answers = lambda _: (200, {})
    desk.clock.on(seconds=599)
    assert await sender(desk).round() == Tally()
    desk.clock.on(seconds=1)
    assert await sender(desk).round() == Tally(sent=7)


@pytest.mark.parametrize("code", [400, 401, 404, 410, 301, 307])
async def test_what_is_refused_for_good_or_sent_elsewhere_is_parked(
    desk: Desk, webhooks: WebhooksHere, code: int
) -> None:
    webhooks.answers = lambda _: (code, {"location": webhooks.url("elsewhere")})
    assert await sender(desk).round() == Tally(parked=7)
    desk.clock.on(days=30)
    assert await sender(desk).round() == Tally()
    assert {request.path for request in webhooks.came} == {f"/{person[2:]}" for person in desk.people}
    assert all((delivery.reason or "").startswith(f"HTTP {code} ") for _, delivery in desk.outbox.troubled())
    webhooks.answers = lambda _: (200, {})
    assert desk.outbox.retry(desk.clock(), [PARKED]) == 7
    assert await sender(desk).round() == Tally(sent=7)


async def test_a_slow_receiver_is_asked_again_and_knows_the_repeat(desk: Desk, webhooks: WebhooksHere) -> None:
    webhooks.waits.set()
    assert await sender(desk, answer_s_max=0.2).round() == Tally(later=1, resting=6)
    webhooks.waits.clear()
    desk.clock.on(minutes=1)
    assert await sender(desk).round() == Tally(sent=7)
    # On a machine with much to do the time may be over before the request is out.
    assert set(acted_on(webhooks).values()) <= {1, 2}
    assert acted_on(webhooks).keys() == {one.id for one in desk.noted}


async def test_a_receiver_that_hangs_up_in_the_middle_is_asked_again(desk: Desk, webhooks: WebhooksHere) -> None:
    webhooks.answers = lambda _: None
    assert await sender(desk).round() == Tally(later=7)
    webhooks.answers = lambda _: (200, {})
    desk.clock.on(minutes=1)
    assert await sender(desk).round() == Tally(sent=7)
    assert set(acted_on(webhooks).values()) == {2}


async def test_one_receivers_trouble_is_not_anothers(desk: Desk, webhooks: WebhooksHere) -> None:
    def answers(request: Request) -> tuple[int, dict[str, str]]:
        return (500 if request.path == "/finance_section" else 204), {}

    webhooks.answers = answers
    assert await sender(desk).round() == Tally(sent=2, later=5)


async def test_a_host_that_is_down_rests_and_the_others_go_on(desk: Desk, webhooks: WebhooksHere) -> None:
    with WebhooksHere() as other:
        gone = other.url("finance_section")
    desk.people["p-finance_section"] = by_webhook(gone)
    one = sender(desk)
    assert await one.round() == Tally(sent=2, later=1, resting=4)
    assert await one.round() == Tally(resting=5)
    desk.people["p-finance_section"] = by_webhook(webhooks.url("new"))
    assert await one.round() == Tally(sent=5)


async def test_the_environments_proxies_are_not_asked(
    desk: Desk, webhooks: WebhooksHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebhooksHere() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        assert await sender(desk).round() == Tally(sent=7)
        assert proxy.came == []
    assert len(webhooks.came) == 7


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("99999999", RETRY_AFTER_S_MAX),
        ("Sat, 21 Nov 2026 08:05:00 GMT", 300.0),
        ("Sat, 21 Nov 2026 07:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("Sat, 21 Nov 2026 08:05:00", None),
    ],
)
def test_how_long_an_answer_asks_to_wait(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


def test_our_signature_is_the_specifications() -> None:
    headers = signed(secret_bytes(SECRET), "msg_1", NOW, b'{"a":1}')
    theirs = standardwebhooks.Webhook(SECRET).sign("msg_1", NOW, '{"a":1}')
    assert headers["webhook-signature"] == theirs


@given(body=st.binary(max_size=200), at=st.integers(0, 199), flip=st.integers(1, 255))
def test_a_changed_body_id_or_moment_is_not_ours(body: bytes, at: int, flip: int) -> None:
    headers = signed(secret_bytes(SECRET), "msg_1", NOW, body)
    assert verify(SECRET, headers, body, NOW) == "msg_1"
    changed = bytearray(body or b"x")
    changed[at % len(changed)] ^= flip
    for wrong in (
        (headers, bytes(changed) + (b"" if body else b"y")),
        ({**headers, "webhook-id": "msg_2"}, body),
        ({**headers, "webhook-timestamp": str(int(NOW.timestamp()) + 1)}, body),
    ):
        with pytest.raises(NotOursError):
            verify(SECRET, *wrong, NOW)


@pytest.mark.parametrize("apart_s", [-301, 301])
def test_an_old_one_is_not_taken_again_nor_one_of_tomorrow(apart_s: int) -> None:
    headers = signed(secret_bytes(SECRET), "msg_1", NOW, b"x")
    with pytest.raises(NotOursError, match="more than 300 s"):
        verify(SECRET, headers, b"x", NOW + timedelta(seconds=apart_s))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_said_so(name: str) -> None:
    headers = signed(secret_bytes(SECRET), "msg_1", NOW, b"x")
    del headers[name]
    with pytest.raises(NotOursError, match="missing"):
        verify(SECRET, headers, b"x", NOW)


def test_while_a_secret_is_replaced_either_signature_will_do() -> None:
    headers = signed(secret_bytes(SECRET), "msg_1", NOW, b"x")
    both = {name.title(): value for name, value in headers.items()}
    both["Webhook-Signature"] = f"v1,AAAA v1a,BBBB {headers['webhook-signature']}"
    assert verify(SECRET, both, b"x", NOW) == "msg_1"


def test_the_receivers_code_in_the_docs_does_as_ours() -> None:
    page = (ROOT / "docs" / "notices.md").read_text(encoding="utf-8")
    there: dict[str, Callable[[str, dict[str, str], bytes], str]] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], there)  # noqa: S102 - our own page
    headers = signed(secret_bytes(SECRET), "msg_1", utc_now(), b"x")
    assert there["verified"](SECRET, headers, b"x") == "msg_1"
    for wrong in (b"y", b""):
        with pytest.raises(ValueError, match="not ours"):
            there["verified"](SECRET, headers, wrong)
    old = signed(secret_bytes(SECRET), "msg_1", NOW - timedelta(days=1), b"x")
    with pytest.raises(ValueError, match="too old"):
        there["verified"](SECRET, old, b"x")
