"""The page of an emergency decision: what exactly the second key is to confirm, on what ground, and what came of it."""

import json
from typing import Any

from console.forms.asked import asked_words
from console.forms.shapes import fields_of
from console.house import House
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.emergency import EMERGENCY
from domain.requests import from_body
from domain.sealed import said
from doors.texts import t
from doors.waiting import person_said


def more(house: House, _: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page shows beside what all cases do."""
    state, names = house.ledger.shared(EMERGENCY, case_id(*case)), house.names(case.county)
    opened = state.opened
    assert opened is not None
    decision = from_body(opened.decision)
    data = json.loads(said(opened.decision, house.say))
    filled = [
        (t(*one.label), _shown(data[one.name]))
        for one in fields_of(type(decision))
        if data.get(one.name) not in (None, "", [])
    ]
    return {
        "of_case": opened.case,
        "heading": t(f"应急决定 {opened.emergency_no}", f"Emergency decision {opened.emergency_no}"),
        "decision_name": t(*asked_words(type(decision))),
        "decision_fields": filled,
        "facts": [
            (t("环节", "Step"), names.step(opened.step)),
            (t("应由", "It is for"), names.named("post", opened.post)),
            (t("为何不能等", "Why it cannot wait"), opened.ground),
            (t("应办人为何无法办理", "Why the one cannot act"), opened.absent),
            (t("第一人", "First key"), person_said(opened.act.person, names)),
            (t("请谁确认", "Who is to confirm"), names.named("post", opened.second_post)),
            (t("确认期限", "To be confirmed by"), f"{opened.until.astimezone(house.now().tzinfo):%Y-%m-%d %H:%M}"),
            (t("结果", "Outcome"), names.stage(state.outcome or "asked")),
        ],
    }


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
