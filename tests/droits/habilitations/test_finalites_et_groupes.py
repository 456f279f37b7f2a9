"""S16: a purpose opens the groups of data written beside it, and no other, whatever a habilitation holds."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from fce.droits.habilitations import catalogues, finalites
from fce.droits.habilitations.acteurs import Acteur
from fce.droits.habilitations.finalites import CONTACTS, FINALITES, GROUPES, PROFILS, Profil, sans_objet
from fce.droits.habilitations.politique import Raison, can, finalite_usuelle
from fce.droits.habilitations.portee import portee
from fce.socle.erreurs import ConfigurationInvalide, FCEError
from fce.sources.acces import Habilite, Secret
from tests.droits.habilitations.fabrique import MIDI, Acces, Champ, Source, agent, habilitation, habilitation_de
from tests.tutoriel import document

HABILITE = agent(habilitation())


def raison(acteur: Acteur, source: Any, champ: str | None = None, finalite: str = "controle-travail") -> Raison | None:
    """Why the plain question is refused; ``portee`` says the same."""
    reponse = can(
        acteur, "consulter", source, champ, finalite=finalite, departements=frozenset({"59"}), maintenant=MIDI
    )
    liste = portee(acteur, "consulter", source, finalite=finalite, maintenant=MIDI)
    assert reponse.permis == (champ in liste.colonnes if champ else liste.permis)
    return None if reponse.permis else reponse.raison


DEUX_METIERS = habilitation(
    groupes={"travail", "fiscal"}, finalites=(FINALITES["controle-travail"], FINALITES["controle-fiscal"])
)


def test_s16_a_purpose_opens_its_own_groups_whatever_the_habilitation_holds_beside() -> None:
    """The fault: fiscal facts opened under the control of labour law, because one habilitation held both."""
    source = Source(Acces("C3", "fiscal"))
    assert raison(agent(DEUX_METIERS), source) is Raison.FINALITE_SANS_RAPPORT
    assert raison(agent(DEUX_METIERS), source, finalite="controle-fiscal") is None
    assert raison(agent(DEUX_METIERS), Source(Acces("C3", "travail")), finalite="controle-fiscal") is (
        Raison.FINALITE_SANS_RAPPORT
    )


def test_s16_a_field_asks_that_the_purpose_open_it_too() -> None:
    source = Source(Acces("C2", "travail"), {"impot": Champ(Acces("C3", "fiscal"))})
    for finalite in ("controle-travail", "controle-fiscal"):
        assert raison(agent(DEUX_METIERS), source, champ="impot", finalite=finalite) is Raison.FINALITE_SANS_RAPPORT


def test_s16_a_group_that_nobody_tied_to_a_purpose_is_closed() -> None:
    tenue = habilitation(groupes={"nouveau"}, finalites=tuple(FINALITES.values()))
    for code in FINALITES:
        assert raison(agent(tenue), Source(Acces("C2", "nouveau")), finalite=code) is Raison.FINALITE_SANS_RAPPORT


@pytest.mark.parametrize(
    ("finalites", "attendue"),
    [
        (None, None),
        (("controle-travail",), None),
        (("travail-illegal", "controle-travail"), None),
        (("travail-illegal",), Raison.FINALITE_SANS_RAPPORT),
        ((), Raison.FINALITE_SANS_RAPPORT),
        ("controle-travail", Raison.FINALITE_SANS_RAPPORT),
    ],
)
def test_s16_a_producer_narrows_the_purposes_of_its_source(finalites: object, attendue: Raison | None) -> None:
    assert raison(HABILITE, Source(Acces("C2", "emploi", finalites))) is attendue


def test_s16_a_producer_opens_nothing_by_naming_a_purpose() -> None:
    source = Source(Acces("C3", "fiscal", ("controle-travail",)))
    for finalite in ("controle-travail", "controle-fiscal"):
        assert raison(agent(DEUX_METIERS), source, finalite=finalite) is Raison.FINALITE_SANS_RAPPORT


def test_s16_the_usual_purpose_of_a_group_is_one_that_opens_it() -> None:
    acteur = agent(DEUX_METIERS)
    for choisie in (None, "controle-travail", "inconnue"):
        assert finalite_usuelle(acteur, Acces("C3", "fiscal"), choisie, MIDI) == "controle-fiscal"
    assert finalite_usuelle(acteur, Acces("C3", "travail"), "controle-fiscal", MIDI) == "controle-travail"
    # None opens it: the first is taken, and the refusal says that it does not.
    assert finalite_usuelle(acteur, Acces("C3", "travail", ("travail-illegal",)), None, MIDI) == "controle-travail"
    assert finalite_usuelle(acteur, Acces("C3", "douane"), None, MIDI) is None


# The table.


@pytest.mark.parametrize("profil", PROFILS.values(), ids=lambda p: p.code)
def test_s16_the_purposes_of_a_profile_open_all_its_groups_and_nothing_in_vain(profil: Profil) -> None:
    assert sans_objet(profil.groupes, profil.finalites) == []
    tenue = habilitation_de(profil)
    for groupe in profil.groupes:
        usuelle = finalite_usuelle(agent(tenue), Acces("C3", groupe), None, MIDI)
        assert raison(agent(tenue), Source(Acces("C3", groupe)), finalite=usuelle or "") is None, groupe


def test_s16_every_purpose_opens_known_groups_and_the_contacts() -> None:
    for finalite in FINALITES.values():
        assert {CONTACTS} < finalite.groupes <= GROUPES.keys(), finalite.code


@pytest.mark.parametrize(
    ("groupe", "attendues"),
    [
        ("fiscal", {"controle-fiscal"}),
        ("douane", {"controle-douanier"}),
        ("ccrf", {"enquete-ccrf"}),
        ("formation", {"controle-formation"}),
        ("travail", {"controle-travail", "travail-illegal"}),
        ("social", {"travail-illegal"}),
    ],
)
def test_s16_the_content_of_a_body_opens_for_its_own_purposes_only(groupe: str, attendues: set[str]) -> None:
    assert {f.code for f in FINALITES.values() if groupe in f.groupes} == attendues


@given(st.sets(st.sampled_from(sorted(GROUPES)), min_size=1), st.sets(st.sampled_from(sorted(FINALITES)), min_size=1))
def test_s16_what_does_not_go_together_is_said_both_ways(groupes: set[str], codes: set[str]) -> None:
    phrases = sans_objet(groupes, codes)
    fermes = [g for g in groupes if not any(g in FINALITES[c].groupes for c in codes)]
    vaines = [c for c in codes if not FINALITES[c].groupes & groupes]
    assert len(phrases) == bool(fermes) + bool(vaines)
    dit = " ".join(phrases)
    assert all(GROUPES[g] in dit for g in fermes)
    assert all(FINALITES[c].libelle in dit for c in vaines)


@pytest.mark.parametrize("fautives", [(), ["controle-travail"], "controle-travail", ("",), (1,)])
@pytest.mark.parametrize("acces", [Habilite, Secret])
def test_s16_a_narrowing_badly_written_is_refused(acces: Any, fautives: Any) -> None:
    with pytest.raises(ConfigurationInvalide, match="finalités"):
        acces("emploi", finalites=fautives)


# What a catalogue brings.

(APPORT,) = re.findall(r"^```toml\n(.*?)^```$", document.TEXTE, re.M | re.S)


def apport_de(texte: str) -> catalogues.ApportCatalogue:
    return catalogues.apport_de(tomllib.loads(texte), GROUPES, FINALITES)


def test_s16_a_producer_brings_its_group_its_purpose_and_says_who_else_opens_it() -> None:
    apport = apport_de(APPORT)
    assert apport.groupes == {"emploi-durable": "Emploi durable"}
    assert set(apport.finalites) == {"insertion-emploi", "suivi-labels"}
    assert apport.finalites["suivi-labels"].groupes == {"emploi-durable", CONTACTS}
    etendue = apport.finalites["insertion-emploi"]
    assert etendue == replace(
        FINALITES["insertion-emploi"], groupes=FINALITES["insertion-emploi"].groupes | {"emploi-durable"}
    )


@pytest.mark.parametrize(
    ("texte", "phrase"),
    [
        ('[groupes]\nfiscal = "À moi"', "existe déjà"),
        ('[groupes]\nMaj = "À moi"', "en minuscules"),
        ('[groupes]\nvide = " "', "avec un libellé"),
        ('[ouvertures]\ncontrole-travail = ["fiscal"]', "que les groupes de ce fichier, pas : fiscal"),
        ('[ouvertures]\ncontrole-travail = ["contacts"]', "que les groupes de ce fichier"),
        ("[ouvertures]\ninconnue = []", "n'existe pas"),
        (APPORT.replace('"emploi-durable", "contacts"', '"emploi"'), "pas : emploi"),
        (APPORT.replace('articles = ["code du travail, art. L. 5132-2"]', "articles = []"), "l'article de loi"),
        (APPORT.replace("articles =", "article ="), "avec articles, groupes, libelle"),
        (APPORT.replace("suivi-labels", "controle-fiscal"), "existe déjà"),
        (APPORT.replace('["emploi-durable"]', '"emploi-durable"'), "listes de textes"),
        ('groupes = ["x"]', "comme une table"),
        ("[profils]\nx = 1", "parties inconnues"),
    ],
)
def test_s16_a_catalogue_never_widens_what_is_not_its_own(texte: str, phrase: str) -> None:
    with pytest.raises(FCEError, match=phrase):
        apport_de(texte)


def test_s16_the_files_of_all_the_catalogues_are_read_and_all_their_faults_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groupes, connues = dict(GROUPES), dict(FINALITES)
    monkeypatch.setattr(catalogues, "GROUPES", groupes)
    monkeypatch.setattr(catalogues, "FINALITES", connues)
    for nom, texte in (("office", APPORT), ("faux", "[groupes]\nfiscal = 'x'"), ("casse", "[groupes")):
        (tmp_path / nom).mkdir()
        (tmp_path / nom / catalogues.FICHIER).write_text(texte, "utf-8")
    with pytest.raises(ConfigurationInvalide) as faute:
        catalogues.completer([tmp_path, tmp_path / "absent"])
    assert f"- {tmp_path}/casse/finalites.toml : ce n'est pas du TOML" in faute.value.message
    assert f"- {tmp_path}/faux/finalites.toml : le groupe « fiscal » existe déjà" in faute.value.message
    assert "emploi-durable" not in groupes
    for nom in ("faux", "casse"):
        (tmp_path / nom / catalogues.FICHIER).unlink()
    catalogues.completer([tmp_path])
    assert groupes["emploi-durable"] == "Emploi durable"
    assert "emploi-durable" in connues["insertion-emploi"].groupes
    assert "emploi-durable" not in finalites.GROUPES
