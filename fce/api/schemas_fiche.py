"""The sheet in the answers of the API v1: what each source says, where it comes from, what it is about."""

import datetime as dt
from typing import Any

from ninja import Field, Schema

from fce.api.schemas import CodeLibelle, EntrepriseV1, EtablissementV1, code_libelle
from fce.entreprises.historique import Journee
from fce.fiche.contenu import Bloc, Rubrique, TableauLu
from fce.fiche.perimetre import Ensemble, Perimetre
from fce.referentiels import Libelle, territoires
from fce.sources.declaration import Source


class ProvenanceV1(Schema):
    """D’où vient une donnée : producteur, système, date métier du fichier, date de son import."""

    source: str
    producteur: str
    systeme: str
    date_metier: dt.date | None = Field(None, description="Jour que décrivent les données ; null : inconnu.")
    date_import: dt.datetime | None = None


class EvenementV1(Schema):
    """Un événement de la chronologie, avec le nom de la source qui le donne."""

    date: dt.date | None
    genre: str
    titre: str
    detail: str | None = None
    source: str


class PageEtablissementsV1(Schema):
    """Une page des établissements d’une entreprise."""

    total: int
    page: int
    pages: int
    resultats: list[EtablissementV1]


class ChampV1(Schema):
    """Un champ d’une source : son nom dans « lignes », son libellé, son unité."""

    nom: str
    libelle: str
    unite: str | None = None


class SyntheseV1(Schema):
    """Les lignes d’une source repliées selon sa règle (accords par thème, contrats par année)."""

    champs: list[ChampV1]
    lignes: list[dict[str, Any]]
    perimetre: str = Field(description="Ce sur quoi elle porte.")


class PerimetreV1(Schema):
    """Ce sur quoi portent « lignes », ou leur absence : toute l’unité, ou la partie que le lecteur peut lister."""

    entier: bool = Field(description="Faux : d’autres établissements de l’entreprise sont hors du territoire lu.")
    territoire: list[CodeLibelle] | None = Field(None, description="Départements lus, null quand rien ne les limite.")
    phrase: str


class EnsembleV1(Schema):
    """Ce que les comptes et les sommes disent de toute l’entreprise, quand « lignes » n’en sont qu’une partie."""

    lignes: int = Field(description="Nombre de lignes de toute l’entreprise.")
    ailleurs: int = Field(description="Dont hors du territoire lu.")
    etablissements: int | None = None
    sommes: dict[str, Any] = Field(description="Totaux de toute l’entreprise, par champ.")
    serie: list[dict[str, Any]] = Field(description="De toute l’entreprise, une ligne par date, la dernière d’abord.")


class SourceV1(Schema):
    """Ce qu’une source dit de l’unité, ou pourquoi elle n’en dit rien."""

    source: str
    titre: str
    etat: str = Field(description="« donnees », « aucune », « indisponible » ou « reservee ».")
    message: str | None = Field(None, description="Phrase prête à montrer quand il n’y a pas de données.")
    horizon: str | None = Field(
        None, description="Jusqu’où la source regarde (« sur les 24 derniers mois ») ; null : sans limite connue."
    )
    en_direct: bool = Field(
        False, description="La source s’interroge aussi en direct : « etat » et « lignes » ne disent que son fichier."
    )
    producteur: str
    systeme: str
    date_metier: dt.date | None = Field(None, description="Jour que décrivent les données ; null : inconnu.")
    date_import: dt.datetime | None = None
    en_retard: bool = Field(False, description="La version en place est plus ancienne que la fréquence annoncée.")
    refuse_le: dt.date | None = Field(None, description="Jour où le dernier fichier reçu a été refusé.")
    champs: list[ChampV1]
    perimetre: PerimetreV1
    lignes: list[dict[str, Any]] = Field(description="Les cent premières lignes, une par fait ou par établissement.")
    ensemble: EnsembleV1 | None = None
    synthese: SyntheseV1 | None = Field(None, description="Ce que disent toutes les lignes une fois réunies.")


class RubriqueV1(Schema):
    """Une rubrique de la fiche, à son rang."""

    rubrique: str
    titre: str
    sources: list[SourceV1]


class FicheEntrepriseV1(EntrepriseV1):
    """La fiche d’une entreprise : son identité, ses établissements, sa chronologie et ce que chaque source en dit."""

    etablissements: PageEtablissementsV1
    chronologie: list[EvenementV1]
    perimetre_chronologie: PerimetreV1
    provenances: list[ProvenanceV1]
    rubriques: list[RubriqueV1]


class SuccessionV1(Schema):
    """Un lien de succession, vu de l’établissement de la fiche."""

    sens: str = Field(description="« predecesseur » ou « successeur » : ce qu’est l’autre établissement.")
    siret: str
    date: dt.date | None = None
    transfert_siege: bool | None = None
    continuite_economique: bool | None = None


class FicheEtablissementV1(EtablissementV1):
    """La fiche d’un établissement : son identité, son entreprise, sa chronologie et ce que chaque source en dit."""

    entreprise: EntrepriseV1 | None = None
    chronologie: list[EvenementV1]
    successions: list[SuccessionV1]
    provenances: list[ProvenanceV1]
    rubriques: list[RubriqueV1]


def chronologie(jalons: tuple[Journee, ...]) -> list[dict[str, Any]]:
    """Return the events of a timeline, newest first."""
    return [
        {"date": e.date, "genre": e.genre, "titre": e.titre, "detail": e.detail, "source": e.source}
        for jalon in jalons
        for e in jalon.evenements
    ]


def provenances(rubriques: tuple[Rubrique, ...]) -> list[dict[str, Any]]:
    """Return where the blocks of a sheet come from, each source once."""
    vues = {p.source: p for r in rubriques for b in r.blocs for p in b.provenances}
    return [
        {
            "source": p.source,
            "producteur": p.producteur,
            "systeme": p.systeme,
            "date_metier": p.date_metier,
            "date_import": p.date_import,
        }
        for p in vues.values()
    ]


def rubriques(contenus: tuple[Rubrique, ...]) -> list[dict[str, Any]]:
    """Return what each source says, by chapter; those of Sirene are the other keys of the answer."""
    return [
        {
            "rubrique": r.cle,
            "titre": r.titre,
            "sources": [_source(b, b.source) for b in r.blocs if b.source is not None],
        }
        for r in contenus
        if any(b.source for b in r.blocs)
    ]


def _source(bloc: Bloc, source: Source) -> dict[str, Any]:
    origine = bloc.provenances[0]
    presents = {attribut for ligne in bloc.lignes for attribut in ligne}
    return {
        "source": source.nom,
        "titre": source.titre,
        "etat": bloc.etat.value,
        "message": bloc.message or None,
        "horizon": source.horizon or None,
        "en_direct": source.direct is not None,
        "producteur": origine.producteur,
        "systeme": origine.systeme,
        "date_metier": origine.date_metier,
        "date_import": origine.date_import,
        "en_retard": origine.en_retard,
        "refuse_le": origine.refuse_le,
        "champs": [
            {"nom": attribut, "libelle": champ.libelle, "unite": champ.unite}
            for attribut, champ in source.champs.items()
            if attribut in presents
        ]
        # Values that a rule or another source adds to the rows; each label says its scope.
        + [
            {"nom": c.attribut, "libelle": c.libelle, "unite": None}
            for c in (bloc.contenu.colonnes if isinstance(bloc.contenu, TableauLu) else ())
            if c.attribut in presents and c.attribut not in source.champs
        ],
        "perimetre": perimetre(bloc.perimetre),
        "lignes": list(bloc.lignes),
        "ensemble": _ensemble(bloc.ensemble) if bloc.ensemble else None,
        "synthese": _synthese(bloc.contenu.synthese) if isinstance(bloc.contenu, TableauLu) else None,
    }


def perimetre(p: Perimetre) -> dict[str, Any]:
    """Return the scope of what was read."""
    territoire = None if p.territoire is None else [
        code_libelle(territoires.departement(code) or Libelle(code, None)) for code in sorted(p.territoire)
    ]  # fmt: skip
    return {"entier": p.entier, "territoire": territoire, "phrase": p.mention or p.phrase}


def _ensemble(ensemble: Ensemble) -> dict[str, Any]:
    return {
        "lignes": ensemble.faits,
        "ailleurs": ensemble.ailleurs,
        "etablissements": ensemble.lieux,
        "sommes": dict(ensemble.sommes),
        "serie": [{a: v for a, v in ligne.items() if v is not None and a[0] != "_"} for ligne in ensemble.serie],
    }


def _synthese(tableau: TableauLu | None) -> dict[str, Any] | None:
    if tableau is None:
        return None
    attributs = [c.attribut for c in tableau.colonnes]
    return {
        "champs": [{"nom": c.attribut, "libelle": c.libelle} for c in tableau.colonnes],
        "lignes": [dict(zip(attributs, (c.valeur for c in ligne), strict=True)) for ligne in tableau.lignes],
        "perimetre": tableau.perimetre.mention or tableau.perimetre.phrase,
    }
