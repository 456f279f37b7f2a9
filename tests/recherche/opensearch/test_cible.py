"""Where no cluster can be started, ``make test-opensearch`` says why, in French, and is not green."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.recherche.opensearch import __main__ as cible, grappe

RETENUS = (grappe.java, grappe.jars)


@pytest.fixture(autouse=True)
def _rien_de_retenu() -> Iterator[None]:
    for retenu in RETENUS:
        retenu.cache_clear()
    yield
    for retenu in RETENUS:
        retenu.cache_clear()


def test_without_a_recent_java(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(grappe, "JAVA_MIN", 999)
    assert cible.main([]) == 1
    assert "n’ont pas tourné. Java 999 ou plus récent manque" in capsys.readouterr().err


def test_without_maven_or_what_it_fetches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(grappe, "java", lambda: "java")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cible.main([]) == 1
    assert "Maven (mvn) manque" in capsys.readouterr().err
    (tmp_path / "mvn").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "mvn").chmod(0o755)
    grappe.jars.cache_clear()
    assert cible.main([]) == 1
    assert "Maven n’a pas donné OpenSearch" in capsys.readouterr().err
