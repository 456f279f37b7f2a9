"""What breaks: a stand-in that raises wherever the real thing would be called."""

from collections.abc import Callable
from typing import NoReturn


def lever(faute: BaseException | type[BaseException]) -> Callable[..., NoReturn]:
    """Return a function that raises ``faute``, whatever it is given."""

    def echouer(*_: object, **__: object) -> NoReturn:
        raise faute

    return echouer
