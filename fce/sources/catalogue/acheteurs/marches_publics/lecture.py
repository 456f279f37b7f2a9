"""Essential data of public contracts (DECP), one csv: one row per version of a contract and holder."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.acheteurs.marches_publics.regles import duree
from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.outils import partager, siret_ou_rien
from fce.sources.declaration import LigneBrute

COLONNES = (
    "uid",
    "acheteur_id",
    "titulaire_id",
    "titulaire_typeIdentifiant",
    "objet",
    "montant",
    "codeCPV",
    "procedure",
    "dureeMois",
    "dateNotification",
)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    for numero, ligne in lignes_csv(chemin, COLONNES, separateur=","):
        francais = (ligne.get("titulaire_typeIdentifiant") or "SIRET") in ("SIRET", "SIREN", "TVA")
        siren, siret = partager(ligne.get("titulaire_id")) if francais else (None, None)
        mois = (ligne.get("dureeMois") or "").removesuffix(".0") or None
        corrigees = {"acheteur_id": siret_ou_rien(ligne.get("acheteur_id")), "dureeMois": mois, "duree": duree(mois)}
        yield numero, {**ligne, **corrigees, "siren": siren, "siret": siret}
