"""A new source appears on the sheet from its declaration alone: rubrique, labels, rights, masking, provenance."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import Bloc, EnTableau, EtatBloc, FicheEntreprise, FicheEtablissement
from fce.sources import champs, registre
from fce.sources.declaration import Auto, Fait, Frequence, Habilite, Producteur, Public, Source
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)


class Aide(Fait):
    """An invented data set: aids by establishment."""

    siret = champs.Siret("SIRET", "SIRET", obligatoire=True)
    jour_octroi = champs.Jour("Date d'octroi", "DATE")
    montant = champs.Decimal("Montant", "MONTANT", unite="€")
    soldee = champs.Booleen("Soldée", "SOLDEE")
    lieu = champs.Texte("Lieu", "LIEU", masque="adresse")
    objet = champs.Texte("Objet", "OBJET", masque="libre")
    dossier = champs.Code("Dossier", "DOSSIER")


def declarer(nom: str, acces: Public | Habilite, rubrique: str = "aides") -> Source:
    return Source(
        nom, Aide, titre="Aides inventées", producteur=Producteur("inv", "Office inventé", "OI"), systeme="Essai",
        acces=acces, frequence=Frequence.MENSUELLE, fichier=Auto(), cle=("siret", "dossier"), rubrique=rubrique,
        date_metier="jour_octroi",
    )  # fmt: skip


@pytest.fixture
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Source:
    declaree = declarer("aides-inventees", getattr(request, "param", Public()))
    connues = {**{s.nom: s for s in registre.toutes()}, declaree.nom: declaree}
    monkeypatch.setattr(registre, "par_nom", lambda: connues)
    return declaree


def aides(fiche: FicheEntreprise | FicheEtablissement) -> Bloc:
    return next(b for r in fiche.rubriques for b in r.blocs if r.cle == "aides")


def peupler(statut: str = "O", categorie: str = "5710") -> None:
    f.unites(f.unite(SIREN, statut_diffusion=statut, categorie_juridique=categorie))
    f.lieux(f.lieu(SIREN), f.lieu(SIREN, 2))
    f.charger(
        "aides-inventees",
        [
            {"siret": SIRET, "jour_octroi": date(2026, 1, n + 1), "montant": Decimal("1234.5"), "soldee": True,
             "lieu": "RUE SECRETE", "objet": "SECRET", "dossier": f"D{n}"}
            for n in range(25)
        ],
    )  # fmt: skip


@pytest.mark.usefixtures("source")
def test_the_source_has_its_block_on_both_sheets_without_changing_anything() -> None:
    peupler()
    for fiche in (fiches.fiche_entreprise(SIREN), fiches.fiche_etablissement(SIRET)):
        assert not isinstance(fiche, fiches.Redirection)
        contenu = aides(fiche)
        assert contenu.etat is EtatBloc.DONNEES
        assert contenu.provenances[0].producteur == "OI"
        tableau = contenu.contenu
        assert isinstance(tableau, EnTableau)
        libelles = [c.libelle for c in tableau.colonnes]
        assert "Montant (€)" in libelles
        assert (tableau.total, len(tableau.lignes), tableau.suite) == (25, 20, True)
        premiere = [c.texte for c in tableau.lignes[0]][libelles.index("Date d'octroi") :]
        assert premiere == ["25/01/2026", "1\u202f234,5", "Oui", "RUE SECRETE", "SECRET", "D24"]


@pytest.mark.usefixtures("source")
def test_without_a_row_the_block_says_so_with_its_date() -> None:
    peupler()
    lecteur = LecteurDeDonnees(maintenant=datetime(2026, 11, 25, 11, tzinfo=UTC))
    contenu = aides(fiches.fiche_etablissement(f.siret_no(SIREN, 2), lecteur=lecteur))
    assert contenu.etat is EtatBloc.AUCUNE
    assert contenu.message == "Aides inventées : aucune donnée connue (OI, Essai — au 31/10/2026)."


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("categorie", ["5710", "1000"])
def test_the_identifying_fields_of_a_masked_unit_are_masked(categorie: str) -> None:
    peupler("P", categorie)
    for fiche in (fiches.fiche_entreprise(SIREN), fiches.fiche_etablissement(SIRET)):
        textes = set(f.textes(fiche))
        assert "25/01/2026" in textes
        assert not any("SECRET" in texte for texte in textes)


@pytest.mark.parametrize("source", [Habilite("emploi")], indirect=True)
@pytest.mark.usefixtures("source")
def test_a_reserved_source_is_not_read_and_says_to_whom_it_is_open() -> None:
    peupler()
    for fiche in (fiches.fiche_entreprise(SIREN), fiches.fiche_etablissement(SIRET)):
        contenu = aides(fiche)
        assert contenu.etat is EtatBloc.RESERVEE
        assert contenu.message.startswith("Aides inventées : réservé aux agents habilités (emploi). Réservé aux agents")
        assert contenu.contenu is None
        assert not any("SECRET" in texte for texte in f.textes(fiche))
