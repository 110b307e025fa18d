"""The page of a handling: it leads to the case that it is about, where everything about its steps may be asked."""

from typing import Any

from console.house import House
from console.visitor import Visitor
from domain.cases import CaseId, case_id
from domain.handling import handled_case
from doors.texts import t


def more(_: House, __: Visitor, case: CaseId) -> dict[str, Any]:
    """Return what the page shows beside what all cases do."""
    of = case_id(*handled_case(case))
    return {"of_case": of, "heading": t(f"改派和征求意见：{of}", f"Who takes the steps of {of}"), "others": []}
