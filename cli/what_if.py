"""`bridgefund what-if`: what another county's rules would have found of a case."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from audit.what_if import KINDS, WhatIf, what_if
from audit.what_if_desk import Other
from audit.what_if_found import GROUPS, Found
from cli.errors import exits_on_error
from cli.foreseeing import calendar
from cli.policies import policy_path
from cli.reading import JsonOption, StoreOption, bar_if_slow, console_of
from domain.cases import STORE, CaseId, county_stream, parse_case
from domain.county import COUNTY
from domain.errors import BadInputError
from domain.ledger import Ledger
from domain.moving import named
from domain.policy import Profile, load
from domain.policy.office import Office, adopted, parse_office, with_office
from domain.procedures.moving import ref_of
from domain.store import STORE as STORE_DECIDER
from domain.words import Both
from doors.policy_phrases import colon
from doors.policy_text import heading
from doors.stores import open_store
from doors.texts import t

_GROUPS = {
    "refused": Both("那里会拒绝", "would have been refused there"),
    "missing": Both("缺少", "missing"),
    "late": Both("逾期", "late"),
    "due": Both("那里另有的时限、公开与应办", "due there, and not or otherwise here"),
    "unknown": Both("本案有、那里没有", "the case has it, and it is not known there"),
    "not_compared": Both("未能比较", "not compared"),
}
_COMPARED = {
    "asked": Both("次判定", "questions put to the rules"),
    "posts": Both("次岗位比对", "acts by another post"),
    "steps": Both("个环节", "steps"),
    "approvals": Both("道计划审批", "approvals of plans"),
    "gates": Both("道关口", "gates"),
    "plans": Both("次拟定计划", "drafts of plans"),
    "rules": Both("项按数据核定", "rules that compute"),
    "claims": Both("次报账", "claims lodged"),
    "payments": Both("次支付办理", "acts of payment"),
    "money": Both("次资金变动", "movements of money"),
    "receipts": Both("次到账", "receipts"),
    "releases": Both("次下达", "releases"),
    "returns": Both("次退回", "returns"),
    "deadlines": Both("个时限", "deadlines"),
    "disclosures": Both("项公开", "disclosures"),
    "results": Both("项绩效规定", "rules on results"),
    "assets": Both("项资产规定", "rules on assets"),
}
CASES_SHOWN = 3


def what_if_(
    case: Annotated[str, typer.Argument(metavar="CASE", help=t("案件，如 jiashi/project/A04", "jiashi/project/A04"))],
    *,
    policy: Annotated[
        str, typer.Option(metavar="FILE", help=t("另一份政策：县名或文件", "the other rules: a county's id, or a file"))
    ],
    office: Annotated[
        list[Path] | None,
        typer.Option(
            help=t("填补其空白的办理规定文件，可多次", "an office decision that fills its gaps; may be repeated")
        ),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """换一套规定看同一件案：哪些会被拒绝、缺少、逾期、应办。 / What another county's rules would have found of a case.

    逐条事实重放并向真实判定重问（项目连同其计划、报账、下达）；被拒绝的视同准予，继续往下。每条注明那里原文的出处、
    本案的事实、怎样才合规。不写入任何内容。岗位、资金来源、类别的名称各县自定：无从对应的列为“未能比较”。

    Each fact is replayed and the real rules are asked again (of a project also its plans, claims and releases); what
    is refused is then taken as granted. Each line names the rule with its source line there, what the facts have and
    what would satisfy it. Nothing is stored. Names of posts, sources and classes are each county's own: where nothing
    says which are alike, it is listed as not compared.

    退出码：0 有无差别皆为 0；2 输入有误。 / Exit code: 0 whatever is found; 2 bad input.

    例 / example: bridgefund what-if jiashi/project/A04 --policy policies/guangfeng.toml
    """
    with exits_on_error():
        other = _other(policy, office or [])
        with open_store(store) as ledger, bar_if_slow(t("重放", "replaying")) as told:
            found = what_if(ledger, _known(ledger, case), other, calendar(), told)
            here = _here(ledger, found)
            sample = ledger.state(STORE_DECIDER, STORE).sample is not None
    if as_json:
        typer.echo(json.dumps(_data(found, here, other, sample=sample), ensure_ascii=False, indent=2, default=str))
        return
    console = console_of(sample=sample)
    for line in _lines(found, here, other):
        console.print(line, soft_wrap=True)


def _other(policy: str, office: list[Path]) -> Other:
    read = load(policy_path(policy))
    offices = tuple(_office(path) for path in office)
    return Other(read, with_office(read, offices), offices)


def _office(path: Path) -> Office:
    try:
        return parse_office(path.read_bytes().decode(), str(path))
    except OSError as e:
        raise BadInputError(str(path), e.strerror or str(e)) from e
    except UnicodeDecodeError as e:
        raise BadInputError(str(path), t("不是 UTF-8", f"not UTF-8 at byte {e.start}")) from e


def _known(ledger: Ledger, case: str) -> CaseId:
    """Return the case that is meant.

    Raises:
        BadInputError: If there is none, or it is of a kind that has no rules of its own.
    """
    found, kinds = parse_case(case), ", ".join(KINDS)
    if found.kind not in KINDS:
        said = f"{found.kind} 没有自己的规定；可用：{kinds}", f"a {found.kind} has no rules of its own; of: {kinds}"
        raise BadInputError("CASE", t(*said))
    if ref_of(ledger.state, found) is None:
        raise BadInputError("CASE", t(f"没有 {case}", f"no {case}"))
    return found


def _here(ledger: Ledger, found: WhatIf) -> Profile:
    county = parse_case(found.case).county
    texts = ledger.state(COUNTY, county_stream(county)).texts[found.here]
    return adopted(texts.profile_text, texts.office_texts)


def _lines(found: WhatIf, here: Profile, other: Other) -> Iterator[str]:
    yield f"{found.case}{colon()}{heading(here)} → {heading(other.profile)} · {named(found.there)}"
    counts = found.findings.compared
    compared = t("、", ", ").join(f"{n} {_say(_COMPARED[name])}" for name in _COMPARED if (n := counts[name]))
    yield t(f"重放 {found.facts} 条事实；比较了 {compared}", f"{found.facts} facts replayed; compared: {compared}")
    told = [group for group in GROUPS if group != "not_compared" and found.findings.of(group)]
    if not told:
        yield t("没有差别", "nothing differs")
    for group in (*_GROUPS,):
        ones = found.findings.of(group)  # type: ignore[arg-type]
        if ones:
            yield ""
            yield f"## {_say(_GROUPS[group])} {len(ones)}"
        alike: dict[tuple[str, ...], list[Found]] = {}
        for one in ones:
            alike.setdefault(_alike(one), []).append(one)
        for some in alike.values():
            yield from _one(some)


def _alike(one: Found) -> tuple[str, ...]:
    """Return what is told once, of however many cases it is: many claims of a project pass the same gates."""
    return one.rule, one.clause, one.says.zh, one.has.zh, one.wants.zh


def _one(ones: list[Found]) -> Iterator[str]:
    one, cases = ones[0], list(dict.fromkeys(one.case for one in ones))
    where = f" 〔{one.clause}〕" if one.clause else ""
    more = t(f" 等 {len(cases)} 件", f" and others, {len(cases)}") if len(cases) > CASES_SHOWN else ""
    yield f"- {_say(one.says)}{where} · {', '.join(cases[:CASES_SHOWN])}{more}" + (f" · {one.on}" if one.on else "")
    if one.has.zh:
        yield f"    {t('事实：', 'the facts: ')}{_say(one.has)}"
    if one.wants.zh:
        yield f"    {t('须：', 'it would take: ')}{_say(one.wants)}"


def _say(words: Both) -> str:
    return t(words.zh, words.en)


def _data(found: WhatIf, here: Profile, other: Other, *, sample: bool) -> dict[str, Any]:
    def side(profile: Profile, ref: Any) -> dict[str, Any]:
        return {"county": profile.county.id, "version": ref.version, "digest": ref.profile, "office": list(ref.office)}

    return {
        "sample": sample,
        "case": found.case,
        "here": side(here, found.here),
        "there": side(other.profile, found.there),
        "facts": found.facts,
        "compared": dict(sorted(found.findings.compared.items())),
        "counts": {group: len(found.findings.of(group)) for group in GROUPS},
        **{group: [one.data() for one in found.findings.of(group)] for group in GROUPS},
    }
