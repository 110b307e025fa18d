"""Which signatures a file in a form would make fall: they cover the papers of its step, so one more is a change."""

from activities.deciding import take_effect
from console.acting import Asked, command_id, signed
from console.form_files import kind_of_file
from console.house import House
from console.offers import Offer
from console.uploads import file_rule
from console.visitor import Seat
from domain.cases import CaseId, case_id
from domain.errors import BridgefundError
from domain.paper_requests import ATTACH, AttachPaper
from domain.papers import SEVERAL
from domain.rehearsing import Rehearsal
from domain.signing import Fallen
from doors.names import Names
from doors.texts import t

_ANY_FILE = "0" * 64


def fall_with_a_file(house: House, offer: Offer, seat: Seat) -> tuple[Fallen, ...]:
    """Return the signatures that fall if somebody uploads a file in the form of an offer: one is attached in rehearsal.

    Nothing of it is stored. Where it would be refused, that is told when it is sent.
    """
    kind = kind_of_file(house, offer)
    return fall_with_a_paper(house, offer.case, offer.step, kind, seat) if kind is not None else ()


def fall_with_a_paper(house: House, case: CaseId, step: str, kind: str, seat: Seat) -> tuple[Fallen, ...]:
    """Return the signatures that fall if somebody attaches a further paper of a kind for a step, in rehearsal too."""
    try:
        paper = _paper(house, case, step, kind)
        asked = Asked(case_id(*case), paper, seat, command_id(ATTACH, step, seat, "?"))
        desk = Rehearsal(house.ledger)
        recorded = take_effect(desk, house.calendar, signed(house, asked, desk), house.now())
    except BridgefundError:
        return ()
    return tuple(one for record in recorded for one in getattr(record.fact, "fallen", ()))


def _paper(house: House, case: CaseId, step: str, kind: str) -> AttachPaper:
    allowed = file_rule(house, case.county).types[0]
    return AttachPaper(
        paper=f"{kind}{SEVERAL}9999",  # Of its kind, and none that stands.
        step=step,
        file_name=f"{kind}.{allowed.endings[0]}",
        digest=_ANY_FILE,
        size_bytes=1,
        media_type=allowed.media_type,
    )


def warning_of(fallen: tuple[Fallen, ...], names: Names) -> str:
    """Return what is said beside the field of a file before it is sent; nothing where no signature falls."""
    if not fallen:
        return ""
    who = t("、", ", ").join(dict.fromkeys(_signer(one, names) for one in fallen))
    return t(
        f"在此上传文件，下列已有的签名随即失效，须重新签：{who}",
        f"a file uploaded here makes these signatures fall, and they must be given again: {who}",
    )


def _signer(one: Fallen, names: Names) -> str:
    who, what = names.who(one.post, one.person), names.signed(one.step)
    return t(f"{who}（{what}）", f"{who} ({what})")
