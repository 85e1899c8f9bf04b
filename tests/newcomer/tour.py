"""A tour of the whole office: every kind of link followed, every kind of form sent, as whoever has signed in."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map

from tests.newcomer.visitor import Answer, Form, Page, Visitor

EXAMPLES = 2  # addresses of each kind
MORE_OF = dict.fromkeys(  # where what there is depends on the state
    ("scheduling.session", "nomination.call", "attendance.results", "attendance.overview", "attendance.completion"), 20
)
LAST = (
    "accounts.set_language",
    "accounts.end_sign_in",
    "accounts.password",
    "accounts.hand_over",
    "accounts.deactivate",
    "accounts.sign_out",
)

Kind = tuple[str, ...]


class Tour:
    """One reader's way. ``seen`` and ``sent`` are the endpoints that answered to links and to forms; ``done`` is what
    came back from forms."""

    def __init__(self, visitor: Visitor, addresses: Map) -> None:
        self.visitor = visitor
        self.addresses = addresses.bind(urlsplit(visitor.office).netloc)
        self.seen: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.done: list[Answer] = []
        self.forms: defaultdict[Kind, list[str]] = defaultdict(list)
        self.told_of: set[str] = set()

    def endpoint(self, url: str, method: str = "GET") -> str:
        """What answers there; "" for what is not the office's or does not exist."""
        if not url.startswith(self.visitor.office + "/"):
            return ""
        try:
            return str(self.addresses.match(urlsplit(url).path, method)[0])
        except HTTPException:
            return ""

    def look_around(self, begin: str) -> None:
        """Follow every link from there on, some of each kind. ``told_of`` are those out of letters to anybody."""
        waiting, known, taken = deque([begin]), {begin}, Counter[Kind]()
        while waiting:
            url = waiting.popleft()
            for link in self.links_of(self.visitor.get(url)):
                kind = (self.endpoint(link), *sorted({name for name, _ in parse_qsl(urlsplit(link).query)}))
                if kind[0] not in {"", "static"} and link not in known and taken[kind] < MORE_OF.get(kind[0], EXAMPLES):
                    known.add(link)
                    taken[kind] += 1
                    self.told_of |= {link} if self.endpoint(url) == "mail.letter" else set()
                    waiting.append(link)

    def links_of(self, answer: Answer) -> Iterator[str]:
        """Where the answer leads. Its forms are remembered."""
        self.seen[self.endpoint(answer.url)] += 1
        if answer.location:
            yield answer.location
        elif answer.is_page and answer.status:
            page = Page(answer.url, answer.body.decode())
            for form in page.forms.values():
                for kind in self.kinds_of(form):
                    self.forms[kind].append(answer.url)
            yield from page.links

    def kinds_of(self, form: Form) -> list[Kind]:
        """A form for each of its buttons; one without buttons is sent by a script."""
        endpoint = self.endpoint(form.action, form.method.upper())
        names = dict.fromkeys(name for name, _value in form.buttons) or [""]
        return [(form.method, endpoint, name) for name in names] if endpoint else []

    def fill_in_forms(self) -> None:
        """Send every kind of form from a page where it still stands, also those that only show themselves meanwhile."""
        done: set[Kind] = set()
        while waiting := sorted(self.forms.keys() - done, key=order):
            done.add(waiting[0])
            for url in dict.fromkeys(self.forms[waiting[0]]):
                if self.fill_in(url, waiting[0]):
                    break

    def open(self, url: str) -> Answer:
        """The page; after a form that ended the sign-in, signed in again."""
        answer = self.visitor.get(url)
        if answer.location and self.endpoint(answer.location) == "accounts.sign_in" and self.visitor.known_as:
            self.visitor.sign_in(*self.visitor.known_as)
            return self.visitor.get(url)
        return answer

    def fill_in(self, url: str, kind: Kind) -> bool:
        answer = self.open(url)
        page = Page(url, answer.body.decode()) if answer.is_page else None
        for form in page.forms.values() if page else ():
            if kind in self.kinds_of(form):
                button = next((one for one in form.buttons if one[0] == kind[2]), ("", ""))
                self.done.append(self.visitor.send(form, button=button))
                self.sent[kind[1]] += 1
                if (location := self.done[-1].location) and self.endpoint(location):
                    self.done.append(self.visitor.get(location))
                    list(self.links_of(self.done[-1]))
                return True
        return False


def order(kind: Kind) -> tuple[int, Kind]:
    """Last come the forms after which one is somebody else, or nobody."""
    return (LAST.index(kind[1]) + 1 if kind[1] in LAST else 0), kind
