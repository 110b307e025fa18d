"""How often an address may try."""

from datetime import UTC, datetime, timedelta

from console.throttle import Throttle

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_an_address_may_so_often_in_any_window() -> None:
    throttle = Throttle(3, 60)
    assert [throttle.allows("192.0.2.1", NOW + timedelta(seconds=s)) for s in (0, 20, 40, 59, 60, 61, 80)] == [
        *(True, True, True),
        *(False, True, False, True),
    ]
    assert throttle.allows("192.0.2.2", NOW)


def test_a_network_of_the_sixth_version_counts_as_one_address() -> None:
    throttle = Throttle(1, 60)
    assert throttle.allows("2001:db8::1", NOW)
    assert not throttle.allows("2001:db8::ffff:1", NOW)
    assert throttle.allows("2001:db8:0:1::1", NOW)
    assert throttle.allows("::ffff:192.0.2.1", NOW)
    assert not throttle.allows("192.0.2.1", NOW)
    assert throttle.allows("testclient", NOW)


def test_it_remembers_no_more_than_so_many() -> None:
    throttle = Throttle(1, 60, most=10)
    for number in range(100):
        assert throttle.allows(f"192.0.2.{number}", NOW)
    assert len(throttle) == 10
    assert not throttle.allows("192.0.2.99", NOW)
