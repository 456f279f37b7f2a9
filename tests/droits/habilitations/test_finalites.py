"""Purposes have a legal basis; a profile proposes what its service needs and nothing of another body."""

from __future__ import annotations

import pytest

from fce.droits.habilitations.finalites import CONTACTS, FINALITES, GROUPES, PROFILS, Droit, Finalite, Profil
from fce.droits.habilitations.politique import Raison, can
from fce.socle.erreurs import ParametreInvalide
from tests.droits.habilitations.fabrique import MIDI, Acces, Source, agent, habilitation_de

PROPRIETAIRES = {
    "travail": {"inspection-travail"},
    "ccrf": {"ccrf"},
    "fiscal": {"dgfip"},
    "douane": {"douane"},
    "formation": {"dreets-formation"},
}


@pytest.mark.parametrize("articles", [(), ("",), (" ", "\t")])
def test_a_purpose_without_an_article_of_law_cannot_exist(articles: tuple[str, ...]) -> None:
    with pytest.raises(ParametreInvalide):
        Finalite("curiosite", "Curiosité", articles)


@pytest.mark.parametrize("code", FINALITES)
def test_every_purpose_is_written_for_people_and_quotes_its_articles(code: str) -> None:
    finalite = FINALITES[code]
    assert finalite.code == code
    assert finalite.libelle[0].isupper()
    assert all(", art. " in article for article in finalite.articles)


def test_the_purposes_rest_on_the_laws_that_found_these_services() -> None:
    citations = " ; ".join(article for f in FINALITES.values() for article in f.articles)
    for loi in ("L. 114-8", "L. 8112-1", "L. 103", "L. 113", "L. 450-1", "code des douanes"):
        assert loi in citations


@pytest.mark.parametrize("profil", PROFILS.values(), ids=lambda p: p.code)
def test_a_profile_is_made_of_known_groups_with_the_contacts_of_the_others_and_no_api_unasked(profil: Profil) -> None:
    assert PROFILS[profil.code] is profil
    assert {CONTACTS} <= profil.groupes <= GROUPES.keys()
    assert Droit.API not in profil.droits
    assert profil.finalites
    assert set(profil.finalites) <= FINALITES.keys()
    assert profil.echelon in ("departement", "region", "national")


@pytest.mark.parametrize(("groupe", "profils"), PROPRIETAIRES.items())
def test_the_content_of_a_body_is_proposed_to_that_body_only(groupe: str, profils: set[str]) -> None:
    assert {p.code for p in PROFILS.values() if groupe in p.groupes} == profils


@pytest.mark.parametrize("profil", PROFILS.values(), ids=lambda p: p.code)
@pytest.mark.parametrize("groupe", GROUPES)
def test_an_agent_of_a_profile_reads_its_groups_on_the_first_day_and_no_other(profil: Profil, groupe: str) -> None:
    accordee = habilitation_de(profil)
    reponse = can(
        agent(accordee),
        "consulter",
        Source(Acces("C2", groupe)),
        finalite=profil.finalites[0],
        departements=frozenset({"59"}),
        maintenant=MIDI,
    )
    if groupe in profil.groupes:
        assert reponse.permis
    else:
        assert not reponse.permis
        assert reponse.raison is Raison.HABILITATION_REQUISE
