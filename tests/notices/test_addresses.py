"""The file of addresses: everything that is wrong in it is named with file, line and key."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from domain.policy.faults import PolicyError
from notices.addresses import email_fault, is_local, read_book, url_fault
from tests.notices.office import SECRET

GOOD = """
[people.p-112]
name = "样例·李某"
email = "li@example.gov.cn"

[people.p-113]
webhook = "https://oa.example.gov.cn/hooks/1"
webhook_secret_file = "p-113.secret"
lang = "en"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "notices.toml"
    file.write_text(text, encoding="utf-8")
    (folder / "p-113.secret").write_text(f"{SECRET}\n", encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        read_book(written(folder, text))
    assert [fault.line for fault in caught.value.faults] == sorted(fault.line for fault in caught.value.faults)
    return [fault.text("en").partition("notices.toml:")[2] for fault in caught.value.faults]


def test_people_are_reached_as_the_file_says(tmp_path: Path) -> None:
    book = read_book(written(tmp_path, GOOD))
    assert book.channels == {"p-112": ("email",), "p-113": ("webhook",)}
    assert book.people["p-112"].lang == "zh"
    assert book.secrets.keys() == {"p-113"}


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ('"li@example.gov.cn"', '"li at example"', "4: people.p-112.email: 'li at example' is no e-mail address"),
        ('"li@example.gov.cn"', '["a@b.cn", "c@d.cn"]', "4: people.p-112.email: ('a@b.cn', 'c@d.cn') is not a text"),
        ('"li@example.gov.cn"', '"李@example.cn"', "4: people.p-112.email: '李@example.cn' is no e-mail address"),
        ("样例·李某", r"李\nBcc: x@y.cn", "3: people.p-112.name: has a line end or a control character"),
        ("https://oa", "ftp://oa", "7: people.p-113.webhook: 'ftp://oa.example.gov.cn/hooks/1' is no http(s) URL"),
        ("https://oa", "https://a:b@oa", "7: people.p-113.webhook: a URL must not hold a user or password"),
        ('lang = "en"', 'lang = "fr"', "9: people.p-113.lang: 'fr' is not one of 'zh', 'en'"),
        ('lang = "en"', 'mail = "x"', "9: people.p-113.mail: unknown key"),
        ("webhook_secret_file = ", "# ", "7: people.p-113.webhook: webhook and webhook_secret_file go together"),
        ("p-113.secret", "none.secret", "8: people.p-113.webhook_secret_file: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_key(tmp_path: Path, change: str, to: str, said: str) -> None:
    assert change in GOOD
    (fault,) = faults(tmp_path, GOOD.replace(change, to))
    assert fault.startswith(said)


def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, GOOD.replace("li@example.gov.cn", "li").replace("https:", "x:"))
    assert [fault.partition(":")[0] for fault in found] == ["4", "7"]


def test_two_entries_for_one_person_are_refused(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, f'{GOOD}\n[people.p-112]\nemail = "other@example.cn"\n')
    assert "not TOML" in fault
    assert "people" in fault


def test_a_secret_that_is_none_is_named_with_its_file(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    for secret, why in (("whsec_c2hvcnQ=", "5 bytes"), ("not base64!", "not base64"), ("", "0 bytes")):
        (tmp_path / "p-113.secret").write_text(secret, encoding="utf-8")
        with pytest.raises(PolicyError) as caught:
            read_book(file)
        (fault,) = caught.value.faults
        assert (fault.line, fault.key) == (8, "people.p-113.webhook_secret_file")
        assert why in fault.en
        assert secret == "" or secret not in fault.en  # What might be a secret is not shown.


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.toml: No such file"):
        read_book(tmp_path / "none.toml")
    (tmp_path / "x.toml").write_bytes(b"[people.p-112]\nname = '" + "李".encode("gbk") + b"'\n")
    with pytest.raises(BadInputError, match="not UTF-8 at byte"):
        read_book(tmp_path / "x.toml")
    assert "no `=`" not in faults(tmp_path, "[people.p-112\n")[0]
    assert faults(tmp_path, "[people.p-112\n")[0].startswith("1: not TOML")


def test_a_stranger_is_named_with_whom_might_be_meant(tmp_path: Path) -> None:
    book = read_book(written(tmp_path, GOOD))
    book.check_known({"p-112", "p-113", "p-114"})
    with pytest.raises(PolicyError) as caught:
        book.check_known({"p-112", "p-1133"})
    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (6, "people.p-113")
    assert "did you mean 'p-1133'?" in fault.en


@pytest.mark.parametrize("address", ["a@b.cn", "li.ming+notice@mail.example.gov.cn", "a@localhost", "x_y@1.example"])
def test_addresses_that_are_good(address: str) -> None:
    assert email_fault(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.cn",
        "a@",
        "a@b@c.cn",
        "a@.cn",
        "a@b..cn",
        "a@-b.cn",
        "a b@c.cn",
        "a@b.cn, c@d.cn",
        "a@b.cn\n",
        "<a@b.cn>",
    ],
)
def test_addresses_that_are_none(address: str) -> None:
    assert email_fault(address)


@given(st.text(max_size=40))
def test_whatever_stands_for_an_address_or_url_is_judged_and_never_a_header(text: str) -> None:
    if email_fault(text) is None:
        assert text.isascii()
        assert text.isprintable()
        assert text.count("@") >= 1
    if url_fault(text) is None:
        assert text.lower().startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("0.0.0.0", False),  # noqa: S104 - a name to be judged
        ("mail.example.gov.cn", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_which_names_are_this_machine(host: str, *, local: bool) -> None:
    assert is_local(host) is local
