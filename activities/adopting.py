"""Adopting a county's rules outside of any case: the adoption and what follows from it, all or none."""

from domain.calendar import WorkCalendar
from domain.cases import CaseId
from domain.county import PolicyAdopted
from domain.ledger import Ledger, Recorded
from domain.procedures import Asking, adopt


def adopt_rules(ledger: Ledger, adopted: PolicyAdopted, calendar: WorkCalendar) -> list[Recorded]:
    """Store an adoption with its entry in the disclosure register; nothing if these rules are in force already."""
    case = CaseId(adopted.county, "county", "")
    return ledger.transact(lambda read: adopt(Asking(adopted.act, case, read, calendar), adopted))
