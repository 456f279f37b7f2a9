"""What was just done is said by one mechanism, whoever did it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import RequestFactory

from fce.socle.web import faits
from fce.socle.web.offres import Offres

FCE = Path(faits.__file__).parents[2]


@pytest.fixture(autouse=True)
def _a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faits, "offres", lambda: Offres(faits={"essai-note": "L’essai est noté."}))


def test_the_page_that_one_comes_back_to_says_what_was_done() -> None:
    for adresse, attendue in (
        ("/essais", "/essais?fait=essai-note"),
        ("/essais?page=2", "/essais?page=2&fait=essai-note"),
    ):
        retour = faits.revenir(adresse, "essai-note")
        assert (retour.status_code, retour["Location"]) == (302, attendue)
        assert faits.contexte(RequestFactory().get(retour["Location"]))["geste_fait"] == "L’essai est noté."


@pytest.mark.parametrize("dit", ["", "essai-inconnu", "<b>essai</b>"])
def test_an_address_says_no_phrase_of_its_own(dit: str) -> None:
    assert faits.contexte(RequestFactory().get("/essais", {"fait": dit})) == {"geste_fait": "", "avis_du_geste": ""}


def test_nobody_comes_back_to_a_phrase_that_is_not_declared() -> None:
    with pytest.raises(KeyError):
        faits.revenir("/essais", "essai-inconnu")


def test_no_room_says_it_another_way() -> None:
    """No address with a phrase is written elsewhere, and no page but the frame says one."""
    ailleurs = [p for p in FCE.rglob("*.py") if re.search(r"[?&]fait=", p.read_text("utf-8"))]
    assert [p.relative_to(FCE).as_posix() for p in ailleurs] == ["socle/web/faits.py"]
    assert not list(FCE.glob("templates/**/_fait.html"))
