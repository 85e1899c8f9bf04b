"""How often signing in may be tried, so that nobody guesses a password and no stranger locks somebody out.

What one network tries on one account is counted by itself: whoever guesses there only stops himself. Many networks
that try one account together are slowed down, but not where that person has signed in before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from trainingapp.accounts import events
from trainingapp.accounts.queries.sign_ins import addresses_used
from trainingapp.core.bus import publish
from trainingapp.core.db import transaction
from trainingapp.core.throttle import check_attempts, count_attempt, forget_attempts, is_worth_noting

WITHIN = timedelta(minutes=15)
TRIES = 10
TRIES_PER_NETWORK = 100
AT_ONCE = timedelta(minutes=1)
TRIES_OF_STRANGERS = 20
NOTED_OF_A_NETWORK = 20
NOTED_OF_ALL = 500


def throttle_key(what: str, *values: str) -> str:
    """A key of fixed length that does not keep the values themselves."""
    return f"{what}:{sha256(' '.join(values).encode()).hexdigest()[:40]}"


def network_of(address: str | None) -> str:
    """What one visitor can change at will is one network: for IPv6 the first half of the address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.exploded[:19]
    return str(parsed)


def keys_of(email: str, address: str | None) -> tuple[str, str, str]:
    """What is counted: this network on this account, this network, and all networks on this account."""
    account, network = email.strip().lower(), network_of(address)
    return (
        throttle_key("sign-in", account, network),
        throttle_key("sign-in-from", network),
        throttle_key("sign-in-to", account),
    )


def check_sign_in(email: str, address: str | None, *, now: datetime) -> None:
    """Raise TooManyAttempts when signing in was tried too often: from there, or on this account by strangers."""
    pair, network, account = keys_of(email, address)
    check_attempts(pair, TRIES, WITHIN, now)
    check_attempts(network, TRIES_PER_NETWORK, WITHIN, now)
    if network_of(address) not in map(network_of, addresses_used(email)):
        check_attempts(account, TRIES_OF_STRANGERS, AT_ONCE, now)


def note_failure(email: str, address: str | None, person_id: int | None, *, now: datetime) -> None:
    """Count a sign-in that failed, and log it: not each of very many, so that nobody fills the log."""
    pair, network, account = keys_of(email, address)
    for key, within in ((pair, WITHIN), (network, WITHIN), (account, AT_ONCE)):
        count_attempt(key, within, now)
    if is_worth_noting(network, NOTED_OF_A_NETWORK, now) and is_worth_noting("sign-in", NOTED_OF_ALL, now):
        with transaction():
            publish(events.SignInFailed(person_id=person_id) if person_id else events.UnknownSignInFailed())


def forget_failures(email: str, address: str | None) -> None:
    """The right person has come."""
    forget_attempts(keys_of(email, address)[0])
