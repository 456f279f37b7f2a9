"""Lists and reconciliation tried as oracles: whatever masked people hide, every sort, filter, count and file of a list,
and every answer about a table or of ``/reconcile``, is the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client

from fce.ensembles.listes.selectors import OUVERTURES, TRIS_DE_LISTE
from fce.ensembles.rapprochement import services
from fce.ensembles.rapprochement.contenu import LigneARapprocher
from fce.ensembles.rapprochement.models import TableauRapproche
from fce.recherche import services as index
from tests.acces.secrets_echanges import nue
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.listes import fabrique as l
from tests.ensembles.rapprochement.fabrique import deposer

pytestmark = pytest.mark.django_db
MASQUEES = (f.siren_no(31), f.siren_no(32))
CACHEES: tuple[dict[str, Any], ...] = (
    {"nom": "AAAMARTRENEUF", "prenom_1": "ZOE"},
    {"nom": "ZZZQUILBREVIN", "prenom_1": "ABEL"},
)
"""What two masked people hide."""
LIEUX = (
    {"code_commune": "59350", "libelle_commune": "LILLE", "code_postal": "59000", "libelle_voie": "DES AAA"},
    {"code_commune": "29019", "libelle_commune": "BREST", "code_postal": "29200", "libelle_voie": "DES ZZZ"},
)
MASQUE = {"statut_diffusion": "P"}


def cacher(ordre: Sequence[int]) -> None:
    """Give the hidden values to the two people, in this order, beside a company that all read."""
    ouverte = f.siren_no(30)
    f.unites(
        f.unite(ouverte, denomination="MINOTERIE"),
        *(f.unite(n, categorie_juridique="1000", **CACHEES[i], **MASQUE) for n, i in zip(MASQUEES, ordre, strict=True)),
    )
    f.lieux(
        f.lieu(ouverte, **LIEUX[0]),
        *(f.lieu(n, **LIEUX[i], **MASQUE) for n, i in zip(MASQUEES, ordre, strict=True)),
    )
    index.indexer(forcer=True)


def adresses(liste: str, tableau: str) -> list[str]:
    choix = [
        *(f"tri={tri}&colonnes=adresse&colonnes=tranche-d-effectif" for tri in TRIS_DE_LISTE),
        *(f"ouverture={situation}" for situation in OUVERTURES),
        *(f"departement={code}&tri={tri}" for code in ("59", "29") for tri in ("nom", "commune", "effectif")),
    ]
    questions = [cachee["nom"] for cachee in CACHEES] + [*MASQUEES]
    lot = {
        f"q{n}": {"query": texte, "properties": [{"pid": "code_postal", "v": lieu["code_postal"]}]}
        for n, (texte, lieu) in enumerate((q, x) for q in questions for x in LIEUX)
    }
    etendre = {"ids": [*MASQUEES], "properties": [{"id": p} for p in ("nom", "commune", "adresse", "code_postal")]}
    return [
        *(f"{liste}?{x}" for x in choix),
        *(f"{liste}.csv?{x}" for x in choix),
        *(f"{liste}/{quoi}?{x}" for x in choix for quoi in ("fichiers", "alertes")),
        *(tableau, f"{tableau}/export.csv", f"{tableau}/liste"),
        f"/reconcile?queries={json.dumps(lot)}",
        f"/reconcile?extend={json.dumps(etendre)}",
        *(f"/reconcile/suggest/entity?prefix={cachee['nom'][:6]}" for cachee in CACHEES),
        *(f"/reconcile/preview?id={n}" for n in MASQUEES),
    ]


def test_no_sort_filter_count_file_or_answer_depends_on_what_a_masked_person_hides(settings: Any) -> None:
    settings.FCE_VOLUMES = "100000/600"
    cacher((0, 1))
    unite = l.service("Unite de controle")
    liste = l.liste(unite, [f.siren_no(30), *MASQUEES, *(f.siret_no(n) for n in MASQUEES)])
    donnees = [LigneARapprocher(numero=n) for n in MASQUEES] + [LigneARapprocher(cachee["nom"]) for cachee in CACHEES]
    client, lues = unite.client(), []
    for ordre in ((0, 1), (1, 0)):
        cacher(ordre)
        TableauRapproche.objects.all().delete()
        tableau = deposer(unite.compte, "Reçu", donnees, siret_voulu=True)
        services.traiter(tableau.pk)
        ou = f"/rapprochements/{tableau.reference}"
        reponses = {}
        for adresse in adresses(f"/listes/{liste.reference}", ou):
            qui = Client() if adresse.startswith("/reconcile") else client
            texte = nue(qui.get(adresse))
            for ligne in tableau.lignes.all():
                texte = texte.replace(ligne.reference, "")
            reponses[adresse.replace(ou, "T")] = texte.replace(ou, "T").replace(tableau.marque, "T")
        lues.append(reponses)
    assert not [
        a
        for a, texte in lues[0].items()
        if any(x["nom"] in texte.replace(a, "") for x in CACHEES) and "/reconcile" not in a and not a.startswith("T")
    ]
    assert {texte[:3] for texte in lues[0].values()} == {"200"}
    assert [a for a in lues[0] if lues[0][a] != lues[1][a]] == []
