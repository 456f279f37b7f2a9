"""The sheet in the answers of the API v1: what each source says, its provenance and its scope."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct, convert, field
from msgspec.structs import asdict

from fce.api.schemas import CodeLibelle, EntrepriseV1, EtablissementV1, en_forme
from fce.donnees.entreprises.historique import Journee
from fce.fiche.formes.contenu import Bloc, EnTableau, FicheEntreprise, FicheEtablissement, Rubrique
from fce.fiche.groupe.selectors import GroupeDeSocietes
from fce.fiche.groupe.table import lignes, phrase
from fce.fiche.unite.perimetre import Ensemble, Perimetre
from fce.referentiels import Libelle, territoires
from fce.sources.champs import Code
from fce.sources.declaration import Source


class ProvenanceV1(Struct):
    """D’où vient une donnée : producteur, système, date métier du fichier, date de son import."""

    source: str
    producteur: str
    systeme: str
    date_metier: Annotated[dt.date | None, Meta(description="Jour que décrivent les données ; null : inconnu.")]
    date_import: dt.datetime | None


class EvenementV1(Struct):
    """Un événement de la chronologie, avec le nom de la source qui le donne."""

    date: dt.date | None
    genre: str
    titre: str
    detail: str | None
    source: str


class PageEtablissementsV1(Struct):
    """Une page des établissements d’une entreprise."""

    total: int
    page: int
    pages: int
    etablissements: list[EtablissementV1] = field(name="resultats")


class ChampV1(Struct):
    """Un champ d’une source : son nom dans « lignes », son libellé, son unité."""

    nom: str
    libelle: str
    unite: str | None


class SyntheseV1(Struct):
    """Les lignes d’une source repliées selon sa règle (accords par thème, contrats par année)."""

    champs: list[ChampV1]
    lignes: list[dict[str, Any]]
    perimetre: Annotated[str, Meta(description="Ce sur quoi elle porte.")]


class PerimetreV1(Struct):
    """Ce sur quoi portent « lignes », ou leur absence : toute l’unité, ou la partie que le lecteur peut lister."""

    entier: Annotated[
        bool, Meta(description="Faux : d’autres établissements de l’entreprise sont hors du territoire lu.")
    ]
    territoire: Annotated[
        list[CodeLibelle] | None, Meta(description="Départements lus, null quand rien ne les limite.")
    ]
    phrase: str


class EnsembleV1(Struct):
    """Ce que les comptes et les sommes disent de toute l’entreprise, quand « lignes » n’en sont qu’une partie."""

    lignes: Annotated[int, Meta(description="Nombre de lignes de toute l’entreprise.")]
    ailleurs: Annotated[int, Meta(description="Dont hors du territoire lu.")]
    etablissements: int | None
    sommes: Annotated[dict[str, Any], Meta(description="Totaux de toute l’entreprise, par champ.")]
    serie: Annotated[
        list[dict[str, Any]], Meta(description="De toute l’entreprise, une ligne par date, la dernière d’abord.")
    ]


class SourceV1(Struct):
    """Ce qu’une source dit de l’unité, ou pourquoi elle n’en dit rien."""

    source: str
    titre: str
    etat: Annotated[str, Meta(description="« donnees », « aucune », « indisponible » ou « reservee ».")]
    message: Annotated[str | None, Meta(description="Phrase prête à montrer quand il n’y a pas de données.")]
    horizon: Annotated[
        str | None,
        Meta(description="Jusqu’où la source regarde (« sur les 24 derniers mois ») ; null : sans limite connue."),
    ]
    en_direct: Annotated[
        bool,
        Meta(description="La source s’interroge aussi en direct : « etat » et « lignes » ne disent que son fichier."),
    ]
    producteur: str
    systeme: str
    date_metier: Annotated[dt.date | None, Meta(description="Jour que décrivent les données ; null : inconnu.")]
    date_import: dt.datetime | None
    en_retard: Annotated[bool, Meta(description="La version en place est plus ancienne que la fréquence annoncée.")]
    refuse_le: Annotated[dt.date | None, Meta(description="Jour où le dernier fichier reçu a été refusé.")]
    champs: list[ChampV1]
    perimetre: PerimetreV1
    lignes: Annotated[
        list[dict[str, Any]], Meta(description="Les cent premières lignes, une par fait ou par établissement.")
    ]
    libelles: Annotated[
        dict[str, dict[str, str]], Meta(description="Par champ, le libellé de chaque code des « lignes ».")
    ]
    ensemble: EnsembleV1 | None
    synthese: Annotated[SyntheseV1 | None, Meta(description="Ce que disent toutes les lignes une fois réunies.")]


class RubriqueV1(Struct):
    """Une rubrique de la fiche, à son rang."""

    rubrique: str
    titre: str
    sources: list[SourceV1]


class DitV1(Struct):
    """Ce qu’un registre dit, et le jour qu’il en donne."""

    source: str
    phrase: str
    date: dt.date | None


class ContradictionV1(Struct):
    """Des registres qui ne peuvent pas avoir raison ensemble."""

    regle: str
    titre: str
    dits: list[DitV1]


class FicheEntrepriseV1(EntrepriseV1):
    """La fiche d’une entreprise : son identité, ses établissements, sa chronologie et ce que chaque source en dit."""

    etablissements: PageEtablissementsV1
    chronologie: list[EvenementV1]
    perimetre_chronologie: PerimetreV1
    provenances: list[ProvenanceV1]
    rubriques: list[RubriqueV1]
    euid: Annotated[
        str | None,
        Meta(description="Identifiant unique européen, calculé ; null quand le greffe n’est pas connu."),
    ]
    contradictions: list[ContradictionV1]


class SuccessionV1(Struct):
    """Un lien de succession, vu de l’établissement de la fiche."""

    sens: Annotated[str, Meta(description="« predecesseur » ou « successeur » : ce qu’est l’autre établissement.")]
    siret: str
    date: dt.date | None
    transfert_siege: bool | None
    continuite_economique: bool | None


class FicheEtablissementV1(EtablissementV1):
    """La fiche d’un établissement : son identité, son entreprise, sa chronologie et ce que chaque source en dit."""

    entreprise: EntrepriseV1 | None
    chronologie: list[EvenementV1]
    successions: list[SuccessionV1]
    provenances: list[ProvenanceV1]
    rubriques: list[RubriqueV1]
    contradictions: list[ContradictionV1]


class SocieteDuGroupeV1(Struct):
    """Une société du groupe, sous celle qui la tient."""

    siren: Annotated[str, Meta(description="Vide : société sans SIREN, établie à l’étranger.")]
    nom: str
    rang: Annotated[int, Meta(description="0 : l’entreprise ; négatif : au-dessus d’elle.")]
    lien: Annotated[str, Meta(description="Qui la tient, et comment.")]
    part: Annotated[float | None, Meta(description="En pour cent ; null : non connue.")]
    date: Annotated[str, Meta(description="Année de la déclaration, ou jour du fichier d’un lien sans date.")]
    origine: Annotated[str, Meta(description="Producteurs qui le disent.")]
    effectif: Annotated[str, Meta(description="Tranche de l’Insee.")]
    salaries: Annotated[int | None, Meta(description="Déclarés là où vos droits en lisent ; null : non connus.")]
    etat: Annotated[str, Meta(description="Vide : en activité.")]
    alarmes: Annotated[list[str], Meta(description="Ce qu’il faut en savoir d’abord, des données ouvertes.")]
    deja: Annotated[bool, Meta(description="Vrai : une boucle ramène à une société déjà dite.")]


class GroupeV1(Struct):
    """Le groupe d’une entreprise, une société par ligne, de la tête au dernier rang. Une société en tient une autre par
    plus de la moitié de ses parts, ou comme associé unique ; sans part connue, en la présidant ou en la gérant."""

    siren: str
    annees: Annotated[list[int], Meta(description="Années de « au » auxquelles un lien est daté.")]
    phrase: str
    reserves: Annotated[list[str], Meta(description="Ce que les droits ferment ; ne dit pas s’il y a des données.")]
    societes: Annotated[list[SocieteDuGroupeV1], Meta(description="Dans l’ordre du tableau de la fiche.")]


def fiche_entreprise(fiche: FicheEntreprise) -> FicheEntrepriseV1:
    return FicheEntrepriseV1(
        **asdict(en_forme(fiche.entreprise, EntrepriseV1)),
        etablissements=en_forme(fiche.etablissements, PageEtablissementsV1),
        chronologie=_chronologie(fiche.chronologie),
        perimetre_chronologie=_perimetre(fiche.perimetre),
        provenances=_provenances(fiche.rubriques),
        rubriques=rubriques(fiche.rubriques),
        euid=fiche.apercu.euid or None,
        contradictions=_contradictions(fiche),
    )


def fiche_etablissement(fiche: FicheEtablissement) -> FicheEtablissementV1:
    return FicheEtablissementV1(
        **asdict(en_forme(fiche.etablissement, EtablissementV1)),
        entreprise=en_forme(fiche.entreprise, EntrepriseV1) if fiche.entreprise else None,
        chronologie=_chronologie(fiche.chronologie),
        successions=[en_forme(lien, SuccessionV1) for lien in fiche.successions],
        provenances=_provenances(fiche.rubriques),
        rubriques=rubriques(fiche.rubriques),
        contradictions=_contradictions(fiche),
    )


def groupe(des_societes: GroupeDeSocietes) -> GroupeV1:
    societes = en_forme([x._asdict() for x in lignes(des_societes)], list[SocieteDuGroupeV1])
    return GroupeV1(
        des_societes.siren, list(des_societes.annees), phrase(des_societes), list(des_societes.reserves), societes
    )


def _contradictions(fiche: FicheEntreprise | FicheEtablissement) -> list[ContradictionV1]:
    return [
        ContradictionV1(c.code, c.titre, [DitV1(d.source, d.phrase, d.jour) for d in c.dits])
        for c in fiche.apercu.contradictions
    ]


def _chronologie(jalons: tuple[Journee, ...]) -> list[EvenementV1]:
    """The events of a timeline, newest first."""
    return [convert(e._asdict(), EvenementV1) for jalon in jalons for e in jalon.evenements]


def _provenances(rubriques: tuple[Rubrique, ...]) -> list[ProvenanceV1]:
    """Provenances of the blocks of a sheet, one per source."""
    vues = {p.source: p for r in rubriques for b in r.blocs for p in b.provenances}
    return [convert(p._asdict(), ProvenanceV1) for p in vues.values()]


def rubriques(contenus: tuple[Rubrique, ...]) -> list[RubriqueV1]:
    """Blocks of each source, by chapter, without those of Sirene, which have keys of their own."""
    par_rubrique = [(r, [_source(b, b.source) for b in r.blocs if b.source is not None]) for r in contenus]
    return [RubriqueV1(r.cle, r.titre, sources) for r, sources in par_rubrique if sources]


def _source(bloc: Bloc, source: Source) -> SourceV1:
    origine = bloc.provenances[0]
    tableau = bloc.contenu if isinstance(bloc.contenu, EnTableau) else None
    presents = {attribut for ligne in bloc.lignes for attribut in ligne}
    champs = [ChampV1(a, champ.libelle, champ.unite) for a, champ in source.champs.items() if a in presents]
    # Columns that a rule or another source adds to the rows; their label states their scope.
    champs += [
        ChampV1(c.attribut, c.libelle, None)
        for c in (tableau.colonnes if tableau else ())
        if c.attribut in presents and c.attribut not in source.champs
    ]
    return SourceV1(
        source=source.nom,
        titre=source.titre,
        etat=bloc.etat.value,
        message=bloc.message or None,
        horizon=source.horizon or None,
        en_direct=source.direct is not None and not (source.direct.secours and origine.date_import),
        producteur=origine.producteur,
        systeme=origine.systeme,
        date_metier=origine.date_metier,
        date_import=origine.date_import,
        en_retard=origine.en_retard,
        refuse_le=origine.refuse_le,
        champs=champs,
        perimetre=_perimetre(bloc.perimetre),
        lignes=list(bloc.lignes),
        libelles=_libelles(source, bloc.lignes),
        ensemble=_ensemble(bloc.ensemble) if bloc.ensemble else None,
        synthese=_synthese(tableau.synthese) if tableau and tableau.synthese else None,
    )


def _libelles(source: Source, lignes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """{field: {code: label}} of the codes that rows hold; a code without a label is left out."""
    libelles = {}
    for attribut, champ in source.champs.items():
        if isinstance(champ, Code) and champ.libeller:
            codes = sorted({c for ligne in lignes if isinstance(c := ligne.get(attribut), str)})
            if nommes := {code: nom for code in codes if (nom := champ.libeller(code))}:
                libelles[attribut] = nommes
    return libelles


def _perimetre(p: Perimetre) -> PerimetreV1:
    departements = [territoires.departement(code) or Libelle(code, None) for code in sorted(p.territoire or ())]
    territoire = None if p.territoire is None else en_forme(departements, list[CodeLibelle])
    return PerimetreV1(p.entier, territoire, p.mention or p.phrase)


def _ensemble(ensemble: Ensemble) -> EnsembleV1:
    return EnsembleV1(
        lignes=ensemble.faits,
        ailleurs=ensemble.ailleurs,
        etablissements=ensemble.lieux,
        sommes=dict(ensemble.sommes),
        serie=[{a: v for a, v in ligne.items() if v is not None and a[0] != "_"} for ligne in ensemble.serie],
    )


def _synthese(tableau: EnTableau) -> SyntheseV1:
    attributs = [c.attribut for c in tableau.colonnes]
    return SyntheseV1(
        champs=[ChampV1(c.attribut, c.libelle, None) for c in tableau.colonnes],
        lignes=[dict(zip(attributs, (c.valeur for c in ligne), strict=True)) for ligne in tableau.lignes],
        perimetre=tableau.perimetre.mention or tableau.perimetre.phrase,
    )
