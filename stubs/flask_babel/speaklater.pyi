from collections.abc import Callable

class LazyString:
    _args: tuple[object, ...]
    _kwargs: dict[str, object]
    def __init__(self, func: Callable[..., str], *args: object, **kwargs: object) -> None: ...
