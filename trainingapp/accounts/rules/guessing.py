"""What the columns of a list without headings hold, and how a name that stands in one cell is taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from trainingapp.accounts.rules.people import sex_told_by
from trainingapp.core.errors import DomainError
from trainingapp.core.i18n import _l
from trainingapp.core.tables import Table
from trainingapp.core.text import search_key, tidy, words

NUMBER = re.compile(r"[№#]?\s*[0-9]+[.)]?")
CHILD_OF = words("кызы гызы уулу оглы огли улы kyzy qyzy qizi kizi gyzy gizi uulu oglu ogly ogli ugli uly ulu")
SIGNATURE = re.compile(r"([^<>]*)<([^<>]+)>[\s;,]*")


def guess_columns(rows: Table) -> tuple[dict[str, int], list[int]]:
    """The column of each field in a list that has no headings, and the columns that are left over.

    The column with most «@» holds the e-mail addresses. Empty columns and those that only number the rows do not
    count. What is left is taken in this order:

    - nothing: the addresses alone, or «Anna Novak <anna@example.org>» (see ``signed``);
    - one column: the full name, family name first: «Иванова Анна Петровна»;
    - several, of which the first mostly holds two words or more: the full name, then the post;
    - several others: family name, given name, patronymic if the third mostly looks like one, then the post.

    Raises DomainError (field ``file``) when there is no e-mail address at all.
    """
    columns = [[row[index] if index < len(row) else "" for row in rows] for index in range(max(map(len, rows)))]
    email = max(range(len(columns)), key=lambda index: sum("@" in cell for cell in columns[index]))
    if not any("@" in cell for cell in columns[email]):
        raise DomainError(
            _l("There is no e-mail address in this list. Please add one for each person: it shows who is who."),
            "file",
        )
    others = [index for index, column in enumerate(columns) if index != email and tells_something(column)]
    fields = fields_of([columns[index] for index in others])
    return {"email": email, **dict(zip(fields, others, strict=False))}, others[len(fields) :]


def tells_something(column: Sequence[str]) -> bool:
    return any(tidy(cell) and not NUMBER.fullmatch(tidy(cell)) for cell in column)


def fields_of(columns: Sequence[Sequence[str]]) -> list[str]:
    """What the columns beside the address mean, from the left."""
    if len(columns) == 1 or mostly(columns[:1], lambda cell: " " in cell):
        return ["full_name", "post"]
    if mostly(columns[2:3], lambda cell: is_patronymic(cell)):
        return ["family_name", "given_name", "patronymic", "post"]
    return ["family_name", "given_name", "post"]


def mostly(columns: Sequence[Sequence[str]], holds: Callable[[str], bool]) -> bool:
    """Whether it holds for more than half of the filled cells; not where there are none."""
    filled = [tidy(cell) for column in columns for cell in column if cell.strip()]
    return 2 * sum(map(holds, filled)) > len(filled)


def is_patronymic(name: str) -> bool:
    return sex_told_by(name) is not None


def parts_of(text: str) -> list[str]:
    """The parts of a name: «кызы», «уулу», "oğlu" go with the word before them."""
    parts: list[str] = []
    for word in tidy(text).split():
        if parts and search_key(word) in CHILD_OF:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def split_name(text: str) -> dict[str, str]:
    """«Иванова Анна Петровна», "Novak, Anna", «Асанова Гүлнара Асан кызы»: family name, given name, patronymic."""
    family, comma, rest = text.partition(",")
    if comma:
        *given, last = parts_of(rest) or [""]
        told = bool(given) and is_patronymic(last)
        names = {"family_name": family, "given_name": " ".join(given if told else [*given, last])}
        return {**names, "patronymic": last} if told else names
    family, given_name, *others = [*parts_of(text), "", ""]
    return {"family_name": family, "given_name": given_name, "patronymic": " ".join(filter(None, others))}


def split_signature(text: str) -> dict[str, str]:
    """«Anna Novak», as people sign: the given name first, unless a comma or a patronymic at the end tells otherwise."""
    names = parts_of(text)
    if "," in text or (len(names) == 3 and is_patronymic(names[2])):
        return split_name(text)
    if len(names) == 3 and is_patronymic(names[1]):
        return {"family_name": names[2], "given_name": names[0], "patronymic": names[1]}
    return {"family_name": " ".join(names[-1:]), "given_name": " ".join(names[:-1])}


def signed(cells: dict[str, str]) -> dict[str, str]:
    """The cells of a row with «Anna Novak <anna@example.org>» taken apart; names from other columns come first."""
    found = SIGNATURE.fullmatch(cells.get("email", ""))
    if found is None:
        return cells
    name, address = found.groups()
    others = {field: text for field, text in cells.items() if text}
    named = {} if others.keys() & {"family_name", "given_name", "full_name"} else split_signature(name.strip(" \"'"))
    return {**named, **others, "email": address}
