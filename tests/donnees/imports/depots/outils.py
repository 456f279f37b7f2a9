"""Helpers of the deposit tests: an invented producer, its sources, tokens and files."""

import io
from typing import Any

from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.donnees.imports.depots import jetons, services
from fce.donnees.imports.models import Depot, JetonDepot
from fce.sources.acces import Secret
from fce.sources.champs import NOM, Entier, Jour, Siren, Texte
from fce.sources.declaration import Csv, Fait, Producteur, Source
from tests.donnees.imports.chargement.outils import effacer
from tests.sources.fabrique import avec_cle, declarer

PRODUCTEUR = Producteur("essai", "Administration inventée", "AI")
ENTETE = "siren;nom;effectif;jour"


class FaitDepose(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    nom = Texte("Nom", "nom", masque=NOM)
    effectif = Entier("Effectif", "effectif", minimum=0)
    jour = Jour("Jour", "jour")


class FaitSecret(Fait):
    siren = Siren("SIREN", "siren", obligatoire=True)
    nom = Texte("Nom", "nom", masque=NOM)
    effectif = Entier("Effectif", "effectif", minimum=0)
    jour = Jour("Jour", "jour")


def source_ouverte(**changements: Any) -> Source:
    options: dict[str, Any] = {"producteur": PRODUCTEUR, "fichier": Csv(separateur=";"), "cle": ("siren",)}
    return declarer("essai-depot", FaitDepose, **(options | changements))


def source_secrete() -> Source:
    return declarer(
        "essai-secret",
        FaitSecret,
        producteur=PRODUCTEUR,
        fichier=Csv(separateur=";"),
        cle=("siren",),
        acces=Secret("fiscal"),
    )


def siren(n: int) -> str:
    return avec_cle(f"{99000000 + n:08d}")


def fichier(lignes: Any, *fautives: str) -> bytes:
    """A csv of (n, name, number) or of numbers, followed by raw rows."""
    rangs = [ligne if isinstance(ligne, tuple) else (ligne, f"ENTREPRISE {ligne}", ligne) for ligne in lignes]
    bonnes = [f"{siren(n)};{nom};{effectif};2026-01-15" for n, nom, effectif in rangs]
    return "\n".join([ENTETE, *bonnes, *fautives, ""]).encode()


def jeton(**options: Any) -> tuple[JetonDepot, str]:
    return jetons.creer("essai", **options)


def deposer(jeton_: JetonDepot, source: Source, contenu: bytes, **options: Any) -> Depot:
    flux = io.BytesIO(contenu)
    depot, _ = services.deposer(jeton_, source, flux.read, len(contenu), **({"nom": "essai.csv"} | options))
    return depot


def verifie(jeton_: JetonDepot, source: Source, contenu: bytes, **options: Any) -> Depot:
    return services.verifier(deposer(jeton_, source, contenu, **options).pk)


def oublier(source: Source) -> None:
    """Forget every deposit and version, between two examples of a property."""
    Depot.objects.all().delete()
    JetonDepot.objects.all().delete()
    effacer(source)
    retablir_les_vues([source])
