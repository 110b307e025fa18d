"""What the environment can set, and what it must not."""

from pathlib import Path

import pytest

from domain.errors import BadInputError
from settings import Settings, language


def test_nothing_set_is_the_developers_machine() -> None:
    assert Settings.from_env({"HOME": "/h", "PATH": "/bin"}) == Settings(
        lang="zh",
        store=None,
        cache=Path("/h/.cache/bridgefund"),
        temporal_address=None,
        task_queue="bridgefund",
        max_cached_workflows=1000,
    )


def test_everything_can_be_set() -> None:
    environ = {
        "BRIDGEFUND_LANG": "en",
        "BRIDGEFUND_STORE": "sqlite:///ledger.db",
        "BRIDGEFUND_CACHE": "/c",
        "BRIDGEFUND_FILES": "s3://papers",
        "BRIDGEFUND_CONSOLE_KEYS": "/keys",
        "BRIDGEFUND_CONSOLE_PORT": "9000",
        "BRIDGEFUND_CONSOLE_URL": "https://fund.example:8443/",
        "BRIDGEFUND_CONSOLE_HOST": "10.0.0.7",
        "BRIDGEFUND_TASK_QUEUE": "jiashi",
        "BRIDGEFUND_MAX_CACHED_WORKFLOWS": "0",
        "BRIDGEFUND_POLLERS": "20",
        "BRIDGEFUND_ACTIVITIES_AT_ONCE": "16",
        "TEMPORAL_ADDRESS": "127.0.0.1:7233",
        "TEMPORAL_NAMESPACE": "province",
    }
    assert Settings.from_env(environ) == Settings(
        lang="en",
        store="sqlite:///ledger.db",
        cache=Path("/c"),
        files="s3://papers",
        console_keys=Path("/keys"),
        console_port=9000,
        console_url="https://fund.example:8443/",
        console_host="10.0.0.7",
        temporal_address="127.0.0.1:7233",
        task_queue="jiashi",
        max_cached_workflows=0,
        pollers=20,
        activities_at_once=16,
        temporal_namespace="province",
    )


def test_a_name_that_means_nothing_is_an_error_that_names_it() -> None:
    with pytest.raises(BadInputError) as caught:
        Settings.from_env({"BRIDGEFUND_STOER": "x", "BRIDGEFUND_LANG": "en"})

    for text in (caught.value.text("zh"), caught.value.text("en")):
        assert "BRIDGEFUND_STOER" in text
        assert "BRIDGEFUND_STORE" in text


@pytest.mark.parametrize(("name", "value"), [("BRIDGEFUND_MAX_CACHED_WORKFLOWS", "-1"), ("BRIDGEFUND_LANG", "fr")])
def test_a_value_that_makes_no_sense_is_an_error_that_names_its_setting(name: str, value: str) -> None:
    with pytest.raises(BadInputError) as caught:
        Settings.from_env({"HOME": "/h", name: value})

    assert name in caught.value.text("zh")


def test_the_language_is_known_even_when_the_rest_is_in_error() -> None:
    assert language({"BRIDGEFUND_LANG": "en", "BRIDGEFUND_STOER": "x"}) == "en"
    assert language({}) == "zh"
