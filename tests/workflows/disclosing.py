"""The sample county's rules with arrivals disclosable and public for seven days, a hotline, and a training."""

from simulation.opening import POLICIES

PORTAL = "政府门户网站 / government portal"
RULES = """
[disclosures.duration]
id = "shown"
kind = "counted"
count = 7
unit = "calendar"
start = "published"
source = "sample, made up"

[hotline]
id = "hotline"
zh = "举报电话"
en = "hotline"
post = "finance_section"
source = "sample, after JS L32"

[[training]]
id = "funds"
zh = "资金管理培训"
en = "training on funds"
post = "finance_section"
levels = ["village"]
forms = ["培训班"]
source = "sample, after JS L34"

"""


def disclosing_rules() -> str:
    """Return them as TOML."""
    before, found, after = (POLICIES / "sample.toml").read_text(encoding="utf-8").partition('id = "arrivals"\n')
    arrivals, second, rest = after.partition("[[disclosures]]")
    return before + found + 'upon = ["fund_arrived"]\n' + arrivals + RULES + second + rest
