"""What is said of people is kept for a time, written beside the columns, and no longer (PRIV-03)."""

from __future__ import annotations

import itertools
import re
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from fce.droits.comptes import purge
from fce.droits.comptes.models import Compte, EvenementCompte, Session
from fce.echanges.models import VisiteAnnoncee
from fce.socle.base import conservation
from fce.socle.base.conservation import Conservation, declarees, modeles
from fce.socle.texte import paris
from fce.sources.declaration import Fait
from scripts.dossiers.durees import table
from tests.droits.comptes import fabrique

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[3] / "docs/rgpd/conservation.md"
MAINTENANT = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
# Tables that say nothing of anybody, and why.
SANS_PERSONNE = {
    "comptes_organisation": "une administration, par son numéro",
    "comptes_groupe": "une équipe et la boîte du service",
    "echanges_entreeannuaire": "ce qu’un service dit de lui, à tous les agents",
    "contradictions_comptedecontradictions": "des nombres, par règle",
    "territoires_casedegrille": "des sommes par département et section, sous le secret statistique",
    "territoires_preparation": "quand une table a été préparée",
    "statistiques_chiffremensuel": "des nombres, sous le secret statistique",
    "portail_texte": "des textes de l’équipe, pour tous",
    "portail_versiondetexte": "ce que ces textes ont dit, sans qui les a écrits",
    "portail_nouveaute": "des textes de l’équipe, pour tous",
    "portail_pointfeuillederoute": "des textes de l’équipe, pour tous",
    "portail_raccordement": "une institution, par son nom",
    "portail_etaperaccordement": "où en est une institution",
    "portail_bandeau": "des messages de l’équipe, pour tous",
    "convention_convention": "les parties et les montants d’une convention : « par » est un identifiant opaque",
    "convention_avenant": "un changement de montants ou de terme : « par » est un identifiant opaque",
    "convention_marche": "un marché public, avec son titulaire",
    "convention_ecriture": "des montants et des références : « par » est un identifiant opaque",
    "convention_avancement": "l’état de travaux : « par » est un identifiant opaque",
    "convention_prevision": "des montants",
    "convention_avisaufinanceur": "des montants : « envoye_par » est un identifiant opaque",
    "convention_decisionattendue": "une question à un comité, et sa réponse",
    "changements_basculesuivie": "une bascule, par les numéros de ses imports",
    "sources_import": "un fichier : « par » est un compte technique ou un identifiant opaque",
    "sources_releve": "les fichiers d’un producteur",
    "sources_versionenplace": "un numéro d’import",
    "sources_bascule": "un compte",
    "journal.sceau": "des comptes et des empreintes",
    "journal.purge": "des comptes et des empreintes",
    "journal.explication": "des jours, des comptes et une explication : « par » est un compte technique",
}
DECLAREES = declarees(modeles())
PURGEES = {m: c for m, c in DECLAREES.items() if c.champ}
# What a constraint asks beyond the types of the columns.
CONTRAINTES: dict[str, dict[str, Any]] = {
    "sources_depot": {"par": "c1", "etat": "publie"},
    "echanges_suivi": {"numero": lambda: f"{next(_rangs):09d}"},
    "statistiques_cledepseudonyme": {"debut": lambda: date(2020, 1, 1) + timedelta(days=next(_rangs))},
    "listes_listedetravail": {"compte": lambda: remplir(Compte)},
    "echanges_reponsecroisement": {"autre": lambda: remplir(VisiteAnnoncee)},
}
SECONDE = timedelta(seconds=1)
_rangs = itertools.count(1)


def ligne(modele: type[models.Model], conservation: Conservation, instant: datetime) -> models.Model:
    """A row of any model, whose time is counted from ``instant``."""
    creee = remplir(modele)
    *chemin, champ = conservation.champ.split("__")
    portee: Any = creee
    for etape in chemin:
        portee = getattr(portee, etape)
    # As the database keeps it: some columns are filled by themselves at the creation.
    quand = paris.jour_de(instant) if not chemin and au_jour(modele) else instant
    type(portee)._default_manager.filter(pk=portee.pk).update(**{champ: quand})
    return creee


def au_jour(modele: type[models.Model]) -> bool:
    """Whether its time is counted from a day, not from an instant."""
    champ = PURGEES[modele].champ
    return "__" not in champ and not isinstance(modele._meta.get_field(champ), models.DateTimeField)


def remplir(modele: type[models.Model]) -> models.Model:
    valeurs: dict[str, Any] = {}
    for champ in modele._meta.concrete_fields:
        if champ.has_default() or champ.null or champ.db_default is not models.NOT_PROVIDED or champ.blank:
            continue
        if isinstance(champ, models.AutoField):
            continue
        valeurs[champ.name] = remplir(champ.related_model) if champ.related_model else _valeur(champ)  # type: ignore[arg-type]
    exigees = {n: v() if callable(v) else v for n, v in CONTRAINTES.get(modele._meta.db_table, {}).items()}
    return modele._default_manager.create(**valeurs | exigees)


def _valeur(champ: models.Field[Any, Any]) -> Any:
    match champ:
        case models.DateTimeField():
            return MAINTENANT
        case models.DateField():
            return date(2026, 6, 15)
        case models.BooleanField():
            return False
        case models.UUIDField():
            return uuid.uuid4()
        case models.IntegerField():
            return next(_rangs)
        case models.BinaryField():
            return b"x"
        case models.JSONField():
            return {}
        case _:
            return str(champ.choices[0][0]) if champ.choices else f"v{next(_rangs)}"[: champ.max_length]


def test_each_table_says_how_long_it_keeps() -> None:
    """A new model declares ``conservation``, or says in ``SANS_PERSONNE`` why it has nothing to declare."""
    muettes = {table(m) for m in modeles() if not issubclass(m, Fait)} - {table(m) for m in DECLAREES}
    assert muettes == set(SANS_PERSONNE)


def test_data_sets_of_producers_are_replaced_and_not_kept() -> None:
    assert all(not m._meta.managed for m in modeles() if issubclass(m, Fait))


@pytest.mark.parametrize("modele", DECLAREES, ids=table)
def test_the_declared_field_is_a_datetime_of_the_model(modele: type[models.Model]) -> None:
    declaree = DECLAREES[modele]
    if not declaree.champ:
        assert declaree.motif
        return
    champ: Any = None
    courant: Any = modele
    for etape in declaree.champ.split("__"):
        champ = courant._meta.get_field(etape)
        courant = champ.related_model
    assert isinstance(champ, models.DateField)  # a day, or an instant


@pytest.mark.parametrize("modele", PURGEES, ids=table)
def test_the_purge_erases_what_has_expired_at_its_term_and_nothing_else(modele: type[models.Model]) -> None:
    limite = MAINTENANT - PURGEES[modele].duree
    expiree = ligne(modele, PURGEES[modele], limite - timedelta(days=1) if au_jour(modele) else limite - SECONDE)
    gardee = ligne(modele, PURGEES[modele], limite)
    conservation.purger(MAINTENANT)
    assert list(modele._default_manager.filter(pk__in=[expiree.pk, gardee.pk])) == [gardee]


def test_priv_03_after_the_purge_no_expired_row_is_left() -> None:
    for modele, declaree in PURGEES.items():
        ligne(modele, declaree, MAINTENANT - declaree.duree - timedelta(days=1))
    faits = {fait.table: fait.lignes for fait in conservation.purger(MAINTENANT)}
    assert all(faits.values())
    restes = {table(m): conservation.expirees(m, c, MAINTENANT).count() for m, c in PURGEES.items()}
    assert {nom: nombre for nom, nombre in restes.items() if nombre} == {}


def test_a_dry_run_counts_without_erasing(capsys: pytest.CaptureFixture[str]) -> None:
    compte = fabrique.compte(derniere_connexion=timezone.now() - timedelta(days=2000))
    call_command("purger", "--essai")
    assert "comptes_compte : 1 ligne à effacer" in capsys.readouterr().out
    assert Compte.objects.filter(pk=compte.pk).exists()


def test_the_purge_says_what_it_erased(capsys: pytest.CaptureFixture[str]) -> None:
    compte = fabrique.compte(derniere_connexion=timezone.now() - timedelta(days=2000))
    Session.objects.create(empreinte="e" * 64, compte=compte)
    call_command("purger")
    assert "comptes_compte : 2 lignes effacées" in capsys.readouterr().out  # with its session
    evenement = EvenementCompte.objects.get(action="purge")
    assert (evenement.par, evenement.apres) == ("operateur", {"comptes_compte": 2})
    call_command("purger")
    assert "Rien n’a dépassé" in capsys.readouterr().out
    assert EvenementCompte.objects.filter(action="purge").count() == 1


def test_a_table_held_by_another_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that a deposit still names waits; the accounts go."""
    from fce.donnees.imports.models import Depot, JetonDepot

    jeton = ligne(JetonDepot, PURGEES[JetonDepot], MAINTENANT - timedelta(days=9999))
    depot = remplir(Depot)
    Depot.objects.filter(pk=depot.pk).update(jeton=jeton, par="")
    ligne(Compte, PURGEES[Compte], MAINTENANT - timedelta(days=9999))
    faits = {fait.table: fait for fait in purge.purger(MAINTENANT)}
    assert faits["sources_jetondepot"].refus
    assert not Compte.objects.exists()
    assert JetonDepot.objects.filter(pk=jeton.pk).exists()


def test_the_document_says_which_tables_speak_of_nobody() -> None:
    attendues = [f"| `{nom}` | {raison} |" for nom, raison in SANS_PERSONNE.items()]
    ecrites = [x for x in DOCUMENT.read_text("utf-8").splitlines() if re.match(r"\| `[^|]* \| [^|]* \|$", x)]
    assert sorted(ecrites) == sorted(attendues), "\n".join(sorted(attendues))
