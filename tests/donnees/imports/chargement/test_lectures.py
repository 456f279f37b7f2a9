"""One file read for several sources: in order, each in advance only once the one before it is read."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from fce.donnees.imports.chargement.lectures import Lectures


class Lecture:
    """Batches of a source; ``commencee`` once one is read."""

    def __init__(self, nom: str) -> None:
        self.nom, self.commencee = nom, threading.Event()

    def lots(self) -> Iterator[Any]:
        self.commencee.set()
        yield from (f"{self.nom}{n}" for n in range(3))


def test_the_next_source_is_read_while_what_was_read_is_assembled_and_no_sooner() -> None:
    lectures = [Lecture(nom) for nom in "abc"]
    with Lectures(lecture.lots() for lecture in lectures) as suite:
        assert [*suite.prendre()] == ["a0", "a1", "a2"]
        assert not lectures[1].commencee.is_set()
        suite.commencer()
        assert lectures[1].commencee.wait(10)
        assert not lectures[2].commencee.is_set()
        assert [*suite.prendre()] == ["b0", "b1", "b2"]
        suite.commencer()
        assert [*suite.prendre()] == ["c0", "c1", "c2"]
        suite.commencer()  # nobody is left


def test_an_import_that_fails_meanwhile_reads_no_further() -> None:
    def echouer() -> None:
        with Lectures(Lecture(nom).lots() for nom in "ab") as suite:
            suite.prendre()
            suite.commencer()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        echouer()
    assert not [fil for fil in threading.enumerate() if fil.name == "fce-lecture"]
