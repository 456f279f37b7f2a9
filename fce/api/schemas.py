"""Shapes of the answers of the API v1, built from the masked views: a code always travels with its label."""

import datetime as dt
from typing import Any

from ninja import Field, Schema

from fce.entreprises.contenu import Adresse, EntrepriseVue, EtablissementVu
from fce.entreprises.historique import Journee
from fce.fiche.contenu import Bloc, Rubrique, TableauLu
from fce.fiche.perimetre import Ensemble, Perimetre
from fce.referentiels import Libelle, territoires
from fce.sources.declaration import Source


class CodeLibelle(Schema):
    """Un code d’une nomenclature officielle et son libellé, « null » quand aucun n’est publié."""

    code: str
    libelle: str | None = None


class AdresseV1(Schema):
    """Une adresse, telle que l’Insee permet de la diffuser."""

    lignes: list[str] = Field(description="Adresse prête à imprimer, une ligne par élément.")
    voie: str | None = None
    code_postal: str | None = None
    commune: str | None = None
    code_commune: str | None = Field(None, description="Code INSEE de la commune.")
    departement: CodeLibelle | None = None
    region: CodeLibelle | None = None
    epci: CodeLibelle | None = None
    pays: str | None = None
    masquee: bool = Field(
        description="Adresse non diffusible en tout ou partie (art. R. 123-232-1 du code de commerce)."
    )


class EtablissementV1(Schema):
    """Un établissement et ce que Sirene en dit."""

    siret: str
    siren: str
    nic: str
    siege: bool
    etat: str | None = Field(description="« A » ouvert, « F » fermé, null inconnu.")
    etat_depuis: dt.date | None = None
    date_creation: dt.date | None = None
    nom: str
    enseignes: list[str]
    denomination_usuelle: str | None = None
    commune: str | None = None
    code_postal: str | None = None
    adresse: AdresseV1
    activite: CodeLibelle | None = None
    activite_naf25: CodeLibelle | None = None
    tranche_effectif: CodeLibelle | None = None
    annee_effectif: int | None = None
    employeur: bool | None = None
    diffusion_partielle: bool


class EntrepriseV1(Schema):
    """Une entreprise (unité légale), ce que Sirene en dit et son siège."""

    siren: str
    nom: str
    sigle: str | None = None
    denominations_usuelles: list[str]
    personne_physique: bool
    etat: str | None = Field(description="« A » active, « C » cessée, null inconnu.")
    etat_depuis: dt.date | None = None
    date_creation: dt.date | None = None
    siege: EtablissementV1 | None = None
    activite: CodeLibelle | None = None
    activite_naf25: CodeLibelle | None = None
    categorie_juridique: CodeLibelle | None = None
    tranche_effectif: CodeLibelle | None = None
    annee_effectif: int | None = None
    categorie_entreprise: str | None = Field(None, description="PME, ETI ou GE.")
    annee_categorie_entreprise: int | None = None
    economie_sociale_solidaire: bool | None = None
    societe_mission: bool | None = None
    employeur: bool | None = None
    identifiant_association: str | None = Field(None, description="Numéro RNA.")
    tva_intracommunautaire: str
    nombre_etablissements: int
    nombre_etablissements_ouverts: int
    diffusion_partielle: bool


class ResultatV1(EntrepriseV1):
    """Une entreprise trouvée ; « etablissement » est celui qui répond, dans la vue des établissements."""

    etablissement: EtablissementV1 | None = None
    motif: str | None = Field(None, description="Pourquoi ce résultat répond, quand ce n’est pas par son nom.")
    dirigeants: list[str] = Field([], description="Dirigeants et élus de l’entreprise, 20 au plus.")


class FacetteV1(Schema):
    """Le nombre de résultats que donnerait une valeur d’un filtre, seule dans ce filtre."""

    code: str
    libelle: str | None = None
    nombre: int
    estimee: bool = Field(False, description="Le nombre est une estimation.")


class RechercheV1(Schema):
    """Une page de résultats, et les facettes de toute la recherche."""

    total: int
    total_exact: bool = Field(description="Faux au-delà de 10 000 résultats : le total est alors une estimation.")
    page: int
    pages: int
    approchants: bool = Field(description="Aucun résultat exact : ceux-ci s’en approchent.")
    resultats: list[ResultatV1]
    facettes: dict[str, list[FacetteV1]]


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


class DetailErreur(Schema):
    """Pourquoi l’API ne répond pas : un code stable pour un programme, une phrase pour une personne."""

    code: str
    message: str = Field(description="Phrase en français qui dit quoi faire.")


class Erreur(Schema):
    """La réponse de l’API quand elle refuse ou échoue."""

    erreur: DetailErreur


def code_libelle(valeur: Libelle | None) -> dict[str, Any] | None:
    """Return a code and its label."""
    return None if valeur is None else {"code": valeur.code, "libelle": valeur.libelle}


def adresse(a: Adresse) -> dict[str, Any]:
    """Return an address, already masked, in the form of ``AdresseV1``."""
    return {
        "lignes": list(a.lignes),
        "voie": a.voie,
        "code_postal": a.code_postal,
        "commune": a.commune,
        "code_commune": a.code_commune,
        "departement": code_libelle(a.departement),
        "region": code_libelle(a.region),
        "epci": code_libelle(a.epci),
        "pays": a.pays,
        "masquee": a.masquee,
    }


def etablissement(e: EtablissementVu | None) -> dict[str, Any] | None:
    """Return an establishment in the form of ``EtablissementV1``; None for none."""
    if e is None:
        return None
    return {
        "siret": e.siret,
        "siren": e.siren,
        "nic": e.nic,
        "siege": e.siege,
        "etat": e.etat,
        "etat_depuis": e.etat_depuis,
        "date_creation": e.date_creation,
        "nom": e.nom,
        "enseignes": list(e.enseignes),
        "denomination_usuelle": e.denomination_usuelle,
        "commune": e.adresse.commune,
        "code_postal": e.adresse.code_postal,
        "adresse": adresse(e.adresse),
        "activite": code_libelle(e.activite),
        "activite_naf25": code_libelle(e.activite_naf25),
        "tranche_effectif": code_libelle(e.tranche_effectif),
        "annee_effectif": e.annee_effectif,
        "employeur": e.employeur,
        "diffusion_partielle": e.masque,
    }


def entreprise(e: EntrepriseVue) -> dict[str, Any]:
    """Return a company and its siège."""
    return {
        "siren": e.siren,
        "nom": e.nom,
        "sigle": e.sigle,
        "denominations_usuelles": list(e.denominations_usuelles),
        "personne_physique": e.personne_physique,
        "etat": e.etat,
        "etat_depuis": e.etat_depuis,
        "date_creation": e.date_creation,
        "siege": etablissement(e.siege),
        "activite": code_libelle(e.activite),
        "activite_naf25": code_libelle(e.activite_naf25),
        "categorie_juridique": code_libelle(e.categorie_juridique),
        "tranche_effectif": code_libelle(e.tranche_effectif),
        "annee_effectif": e.annee_effectif,
        "categorie_entreprise": e.categorie,
        "annee_categorie_entreprise": e.annee_categorie,
        "economie_sociale_solidaire": e.ess,
        "societe_mission": e.societe_mission,
        "employeur": e.employeur,
        "identifiant_association": e.rna,
        "tva_intracommunautaire": e.tva,
        "nombre_etablissements": e.nombre_etablissements,
        "nombre_etablissements_ouverts": e.nombre_etablissements_ouverts,
        "diffusion_partielle": e.masque,
    }


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
