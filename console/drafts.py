"""Drafts of forms, kept for whoever began to fill them in: nothing of them is asked of the engine."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from console.account_tables import DRAFTS, changing, kept, reading
from domain.errors import BadInputError, RefusedError

BYTES_MOST = 64 * 1024
DRAFTS_MOST = 100
_FORM_MOST = 300


class DraftTooLongError(RefusedError):
    """More was typed than is kept."""

    zh = "草稿过长（{size} 字节，最多 {most}），未保存"
    en = "the draft is too long ({size} bytes, at most {most}) and was not kept"


@dataclass(frozen=True)
class Drafts:
    """The drafts beside one store, each known by its account's login and its form's key."""

    engine: Engine

    def save(self, login: str, form: str, body: str, now: datetime) -> None:
        """Keep a draft, in place of any before of the same form; beyond 100 the oldest one goes.

        Raises:
            BadInputError: If it is no JSON, or the form's key is none.
            DraftTooLongError: If it has more than 64 KiB.
        """
        _check(form, body)
        mine = DRAFTS.c.login == login
        with changing(self.engine) as connection:
            connection.execute(delete(DRAFTS).where(mine, DRAFTS.c.form == form))
            connection.execute(insert(DRAFTS).values(login=login, form=form, body=body, changed_at=kept(now)))
            others = select(DRAFTS.c.form).where(mine, DRAFTS.c.form != form)
            newest_first = others.order_by(DRAFTS.c.changed_at.desc(), DRAFTS.c.form)
            too_many = connection.execute(newest_first.offset(DRAFTS_MOST - 1)).scalars().all()
            if too_many:
                connection.execute(delete(DRAFTS).where(mine, DRAFTS.c.form.in_(too_many)))

    def load(self, login: str, form: str) -> str | None:
        """Return a draft's JSON, or None."""
        if not _is_key(form):
            return None
        asked = select(DRAFTS.c.body).where(DRAFTS.c.login == login, DRAFTS.c.form == form)
        with reading(self.engine) as connection:
            return connection.execute(asked).scalar_one_or_none()

    def drop(self, login: str, form: str) -> None:
        """Forget a draft: it was handed in, or is not wanted any more."""
        if _is_key(form):
            with changing(self.engine) as connection:
                connection.execute(delete(DRAFTS).where(DRAFTS.c.login == login, DRAFTS.c.form == form))


def _check(form: str, body: str) -> None:
    if not _is_key(form):
        raise BadInputError("form", "1 … 300")
    size = len(body.encode("utf-8", "surrogatepass"))
    if size > BYTES_MOST:
        raise DraftTooLongError(size=size, most=BYTES_MOST)
    try:
        json.loads(body)
        body.encode()
    except (ValueError, RecursionError) as e:
        raise BadInputError("draft", "JSON") from e


def _is_key(form: str) -> bool:
    return 0 < len(form) <= _FORM_MOST and form.isprintable()
