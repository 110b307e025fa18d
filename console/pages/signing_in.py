"""Pages: sign in, sign out, a new password, the language, the county that is looked at."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from console.access import COOKIE, Anybody, HouseHere, SignedIn, visitor_of
from console.accounts import SignInRefusedError
from console.errors import TOO_MANY, status_of
from console.house import House
from console.passwords import BusyError, PasswordRefusedError
from console.rendering import page, see
from console.security import LANG_COOKIE
from console.sessions import LONGEST, Session
from doors.names import sample_people
from doors.texts import language, t
from projections.people_read import terms

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]
YEAR_S = 365 * 24 * 3600


@router.get("/", dependencies=[Anybody])
def home() -> RedirectResponse:
    """Lead to the inbox."""
    return see("/inbox")


@router.get("/login", dependencies=[Anybody])
def sign_in_page(request: Request, next_: str = "") -> Response:
    """Show the sign-in form."""
    if visitor_of(request) is not None and not request.state.must_change:
        return see("/inbox")
    return _form(request, request.query_params.get("next", next_))


@router.post("/login", dependencies=[Anybody])
async def sign_in(
    request: Request, login: Text, password: Text, next_page: Annotated[str, Form(alias="next")] = ""
) -> Response:
    """Sign somebody in."""
    house: House = request.app.state.house
    now = house.wall_now()
    tries, address = request.app.state.tries, request.client.host if request.client else "-"
    # Only what failed is counted: a whole bureau signs in at half past eight from one address.
    if tries.is_spent(address, now):
        said = t("登录尝试过多，请过几分钟再试", "too many attempts: try again in some minutes")
        return await run_in_threadpool(_form, request, next_page, said, TOO_MANY)
    try:
        session = await run_in_threadpool(house.accounts.sign_in, login, password, now, demo=house.demo)
    except (SignInRefusedError, BusyError) as error:
        if isinstance(error, SignInRefusedError):  # Whoever comes when too many do has not guessed.
            tries.allows(address, now)
        return await run_in_threadpool(_form, request, next_page, error.text(language()), status_of(error))
    if before := request.cookies.get(COOKIE):  # Whoever sat here before has not signed out.
        await run_in_threadpool(house.accounts.sessions.end, before)
    answer = see("/password" if session.must_change else _own(next_page))
    _keep(answer, session, https=request.app.state.https)
    return answer


@router.post("/logout")
def sign_out(request: Request, house: HouseHere, _: SignedIn) -> Response:
    """End the session."""
    house.accounts.sessions.end(request.cookies.get(COOKIE, ""))
    answer = see("/login", "out")
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/password")
def password_page(request: Request, _: SignedIn) -> Response:
    """Show the form for a new password."""
    return page(
        request, "password.html", t("更改密码", "Change the password"), error="", must=request.state.must_change
    )


@router.post("/password")
def change_password(
    request: Request, house: HouseHere, visitor: SignedIn, old: Text, new: Text, again: Text
) -> Response:
    """Change the password: every other session ends."""
    title = t("更改密码", "Change the password")
    if new != again:
        said = t("两次输入的新密码不一致", "the new password was typed in two ways")
        return page(request, "password.html", title, status=422, error=said, must=request.state.must_change)
    try:
        session = house.accounts.change_password(visitor.account, old, new, house.wall_now(), demo=house.demo)
    except (SignInRefusedError, PasswordRefusedError, BusyError) as error:
        said = error.text(language())
        return page(request, "password.html", title, status=422, error=said, must=request.state.must_change)
    answer = see("/inbox", "password")
    _keep(answer, session, https=request.app.state.https)
    return answer


@router.post("/language", dependencies=[Anybody])
def choose_language(lang: Annotated[str, Form(pattern="^(zh|en)$")], back: Annotated[str, Form()] = "/") -> Response:
    """Speak another language from now on."""
    answer = see(_own(back))
    answer.set_cookie(LANG_COOKIE, lang, max_age=YEAR_S, httponly=True, samesite="lax")
    return answer


@router.post("/county")
def choose_county(visitor: SignedIn, county: Annotated[str, Form(max_length=40)]) -> Response:
    """Look at another of the person's counties from now on."""
    answer = see("/inbox")
    if county in visitor.counties:
        answer.set_cookie("county", county, httponly=True, samesite="strict")
    return answer


def _keep(answer: Response, session: Session, *, https: bool) -> None:
    answer.set_cookie(
        COOKIE,
        session.token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=https,
        path="/",
    )


def _own(address: str) -> str:
    """Return an address of ours to go on to: anybody may have written the link that somebody signs in by."""
    own = address.startswith("/") and not address.startswith("//") and "\\" not in address
    return address if own and address.isprintable() else "/inbox"


def _form(request: Request, next_page: str, error: str = "", status: int = 200) -> Response:
    house: House = request.app.state.house
    demo = list(_demo_people(house)) if house.demo else []
    return page(
        request,
        "login.html",
        t("登录", "Sign in"),
        status=status,
        next=_own(next_page),
        error=error,
        people=demo,
        password=house.demo_password,
    )


def _demo_people(house: House) -> list[tuple[str, str, str, str]]:
    """Return whom one may sign in as in the demo: the login, the county's name, the post's, and the sample name."""
    names = sample_people(house.ledger.url)
    held = terms(house.engine, on=house.today())
    return [
        (
            one.person,
            house.names(one.county).county(one.county),
            house.names(one.county).named("post", one.post),
            names.get(one.person, ""),
        )
        for one in held
    ]
