"""What is worked out in advance: begun before it is asked for, given in order, and ended with whoever asked for it."""

import threading
from collections.abc import Iterator

import pytest

from fce.sources.lecture.avance import commence, en_avance


def fils_de_lecture() -> list[threading.Thread]:
    return [fil for fil in threading.enumerate() if fil.name == "fce-lecture"]


def test_it_begins_before_anything_is_asked_and_goes_no_further_than_told() -> None:
    lues: list[int] = []
    deuxieme = threading.Event()

    def lire() -> Iterator[int]:
        for n in range(10):
            lues.append(n)
            if n == 1:
                deuxieme.set()
            yield n

    with commence(lire()) as suite:
        assert deuxieme.wait(10)  # one waits in the queue, the next one at its door
        assert lues == [0, 1]
        assert [*suite] == [*range(10)]
    assert not fils_de_lecture()


def test_a_fault_is_raised_where_it_is_asked_for() -> None:
    def lire() -> Iterator[int]:
        yield 1
        raise ValueError("illisible")

    with commence(lire()) as suite:
        assert next(suite) == 1
        with pytest.raises(ValueError, match="illisible"):
            next(suite)
    assert not fils_de_lecture()


@pytest.mark.parametrize("prises", [0, 1])
def test_who_gives_up_leaves_no_thread(prises: int) -> None:
    def lire() -> Iterator[int]:
        while True:
            yield 1

    def abandonner() -> None:
        with commence(lire()) as suite:
            for _ in range(prises):
                next(suite)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        abandonner()
    assert not fils_de_lecture()


def test_a_loop_left_early_leaves_no_thread() -> None:
    suite = en_avance(iter(range(1_000)))
    assert next(suite) == 0
    suite.close()  # type: ignore[attr-defined]
    assert not fils_de_lecture()
