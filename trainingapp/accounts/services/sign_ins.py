"""The browsers in which people are signed in: begun with a password, ended here, elsewhere, or by what happens."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from trainingapp.accounts import events
from trainingapp.accounts.models import SignIn, SignInEnd
from trainingapp.accounts.rules.sign_ins import KEPT, device_of
from trainingapp.core.bus import publish
from trainingapp.core.db import db, transaction
from trainingapp.core.tokens import new_token, token_hash


def begin(person_id: int, address: str | None, user_agent: str, *, now: datetime) -> str:
    """Let the browser in: the secret that its cookie has to show. What ended long ago is forgotten."""
    token = new_token()
    with transaction():
        long_ago = sa.and_(SignIn.person_id == person_id, SignIn.began_at < now - KEPT)
        db.session.execute(sa.delete(SignIn).where(long_ago))
        db.session.add(
            SignIn(
                person_id=person_id,
                token_hash=token_hash(token),
                began_at=now,
                seen_at=now,
                address=address,
                device=device_of(user_agent),
            )
        )
    return token


def note_seen(sign_in_id: int, *, now: datetime) -> None:
    """The browser is still in use."""
    with transaction():
        db.session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def sign_out(person_id: int, sign_in_id: int, *, now: datetime) -> bool:
    """Sign the person out in one browser; whether that was still signed in, and the person's own."""
    with transaction():
        ended = end(SignInEnd.SIGNED_OUT, SignIn.person_id == person_id, SignIn.id == sign_in_id, now=now)
        if ended:
            publish(events.SignedOut(person_id=person_id, everywhere=False))
    return ended > 0


def sign_out_everywhere(person_id: int, *, now: datetime) -> None:
    """Sign the person out in every browser."""
    with transaction():
        end(SignInEnd.EVERYWHERE, SignIn.person_id == person_id, now=now)
        publish(events.SignedOut(person_id=person_id, everywhere=True))


def end_all(person_id: int, why: SignInEnd, *, but: int | None = None, now: datetime) -> None:
    """End every sign-in of the person, but for the one with that id."""
    end(why, SignIn.person_id == person_id, SignIn.id != (but or 0), now=now)


def end(why: SignInEnd, *which: sa.ColumnElement[bool], now: datetime) -> int:
    with transaction():
        ended = db.session.execute(
            sa.update(SignIn)
            .where(SignIn.ended_at.is_(None), *which)
            .values(ended_at=now, ended_by=why)
            .execution_options(synchronize_session=False)
        )
    return ended.rowcount  # type: ignore[attr-defined,no-any-return]
