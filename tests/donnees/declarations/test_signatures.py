"""Nobody opens rights alone: who signs a declaration, what erases a signature, what a new version says."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from fce.donnees.declarations import selectors, services, vigueur
from fce.donnees.declarations.models import DeclarationDeSource
from fce.droits.comptes.mandats import Mandats
from fce.socle.erreurs import ParametreInvalide
from fce.sources import registre
from fce.sources.acces import Agents, AgentsHabilites, Habilite, Public, Secret
from tests.donnees.declarations.fabrique import EXEMPLE, declaration, mettre_en_vigueur, signer
from tests.droits.comptes.fabrique import compte, mandat, mandataire

pytestmark = pytest.mark.django_db(transaction=True)


def brouillon(**fce: object) -> DeclarationDeSource:
    return services.declarer(json.dumps(declaration(**fce)), mandataire(Mandats.EQUIPE))


def test_reserved_data_need_two_of_the_team_and_the_dpo() -> None:
    ecrit, une = brouillon(), mandataire(Mandats.EQUIPE)
    assert services.signer(ecrit, une, Mandats.EQUIPE) == ["equipe", "dpo"]
    assert services.signer(ecrit, mandataire(Mandats.DPO), Mandats.DPO) == ["equipe"]
    assert ecrit.demandee_le is None
    assert services.signer(ecrit, mandataire(Mandats.EQUIPE), Mandats.EQUIPE) == []
    assert DeclarationDeSource.objects.get().demandee_le


def test_open_data_need_two_of_the_team() -> None:
    dite = declaration(acces={"classe": "C0"})
    dite["fields"] = dite["fields"][:-1]
    ecrit = services.declarer(json.dumps(dite), mandataire(Mandats.EQUIPE))
    assert services.signer(ecrit, mandataire(Mandats.EQUIPE), Mandats.EQUIPE) == ["equipe"]
    assert services.signer(ecrit, mandataire(Mandats.EQUIPE), Mandats.EQUIPE) == []


def test_nobody_signs_twice_even_the_author() -> None:
    ecrit = brouillon()
    services.signer(ecrit, ecrit.auteur, Mandats.EQUIPE)
    with pytest.raises(ParametreInvalide, match="une autre personne"):
        services.signer(ecrit, ecrit.auteur, Mandats.EQUIPE)
    assert ecrit.signatures.count() == 1


@pytest.mark.parametrize("role", [None, Mandats.DEPOT, Mandats.APPROBATEUR, Mandats.AUDITEUR, Mandats.DPO])
def test_only_the_team_signs_for_the_team(role: str | None) -> None:
    ecrit, autre = brouillon(), mandataire(role, "dreets-idf" if role == Mandats.DEPOT else "") if role else compte()
    with pytest.raises(ParametreInvalide, match="mandat"):
        services.signer(ecrit, autre, Mandats.EQUIPE)
    with pytest.raises(ParametreInvalide, match="mandat"):
        services.signer(ecrit, autre, role if role not in (None, Mandats.DPO) else "directeur")


def test_a_producer_does_not_sign_its_own_data() -> None:
    ecrit, deux = brouillon(), mandataire(Mandats.EQUIPE)
    mandat(deux, Mandats.DEPOT, "dreets-idf")
    with pytest.raises(ParametreInvalide, match="producteur"):
        services.signer(ecrit, deux, Mandats.EQUIPE)


def test_a_change_erases_the_signatures_and_a_signed_version_does_not_change() -> None:
    ecrit = brouillon()
    services.signer(ecrit, mandataire(Mandats.EQUIPE), Mandats.EQUIPE)
    services.garder(ecrit, declaration(horizon="depuis 2020"), 4)
    assert ecrit.signatures.count() == 0
    signer(ecrit)
    with pytest.raises(ParametreInvalide, match="ne change plus"):
        services.garder(ecrit, EXEMPLE, 5)
    with pytest.raises(ParametreInvalide, match="ne change plus"):
        services.signer(ecrit, mandataire(Mandats.EQUIPE), Mandats.EQUIPE)


def test_an_unfinished_draft_is_kept_by_steps_and_not_signed() -> None:
    ecrit = services.ouvrir_brouillon("un-fichier", mandataire(Mandats.EQUIPE))
    services.garder(ecrit, {"name": "un-fichier", "fields": []}, 2)
    assert DeclarationDeSource.objects.get().etape == 2
    with pytest.raises(ParametreInvalide, match="il manque"):
        services.signer(ecrit, mandataire(Mandats.EQUIPE), Mandats.EQUIPE)
    with pytest.raises(ParametreInvalide, match="déjà ouvert"):
        services.ouvrir_brouillon("un-fichier", mandataire(Mandats.EQUIPE))
    with pytest.raises(ParametreInvalide, match="catalogue"):
        services.ouvrir_brouillon("wikit-controles", mandataire(Mandats.EQUIPE))


def test_a_new_version_says_what_it_loses_and_what_it_opens() -> None:
    mettre_en_vigueur(declaration())
    dite = declaration(acces={"classe": "C1"})
    dite["fields"] = [c for c in dite["fields"] if c["name"] != "nb_sal_exposes"]
    dite["fce"]["presentation"] = {"genre": "valeurs"}
    del dite["fce"]["regroupement"]
    suivante = services.declarer(json.dumps(dite), mandataire(Mandats.EQUIPE))
    assert suivante.version == 2
    dits = selectors.differences(suivante)
    assert "La colonne « Salariés exposés » n’est plus gardée." in dits
    assert "La colonne « Suite » s’ouvre à d’autres lecteurs." in dits
    assert not any("Courriel" in phrase for phrase in dits)
    assert registre.source("visites-amiante").acces.classe == "C2"
    signer(suivante)
    vigueur.appliquer()
    assert registre.source("visites-amiante").acces.classe == "C1"
    assert list(DeclarationDeSource.objects.order_by("version").values_list("remplacee", flat=True)) == [True, False]


@pytest.mark.parametrize(
    ("avant", "apres", "plus_large"),
    [
        (Public(), Agents(), False),
        (Agents(), Public(), True),
        (AgentsHabilites(), Agents(), True),
        (Agents(), AgentsHabilites(), False),
        (Habilite("travail"), Habilite("travail"), False),
        (Habilite("travail"), Habilite("emploi"), True),
        (Habilite("travail"), Secret("travail"), True),
        (Secret("fiscal"), Habilite("fiscal"), True),
        (Habilite("travail", ("a",)), Habilite("travail", ("a", "b")), True),
        (Habilite("travail", ("a",)), Habilite("travail"), True),
        (Habilite("travail"), Habilite("travail", ("a",)), False),
    ],
)
def test_what_lets_in_another_reader_is_wider(avant: object, apres: object, plus_large: bool) -> None:
    assert selectors.elargit(avant, apres) is plus_large  # type: ignore[arg-type]


def test_the_command_writes_a_draft_and_exports(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    fichier = tmp_path / "declaration.json"
    fichier.write_text(json.dumps(EXEMPLE))
    auteur = mandataire(Mandats.EQUIPE)
    call_command("sources", "declarer", str(fichier), "--par", auteur.courriel)
    assert DeclarationDeSource.objects.get().contenu == EXEMPLE
    with pytest.raises(CommandError, match="déjà ouvert"):
        call_command("sources", "declarer", str(fichier), "--par", auteur.courriel)
    call_command("sources", "exporter", "wikit-controles")
    assert '"name": "wikit-controles"' in capsys.readouterr().out
    call_command("sources", "exporter", "wikit-controles", "--python")
    assert "class Declare(Fait)" in capsys.readouterr().out
    with pytest.raises(CommandError, match="JSON"):
        call_command("sources", "exporter", "egapro")
