"""What the pages of the catalogue show of each data set: its state, its fields, its last imports. No value of a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils import timezone

from fce.droits.acteurs import ANONYME
from fce.droits.finalites import Droit
from fce.droits.politique import RefusAcces, can
from fce.droits.portee import Portee, portee
from fce.entreprises.natures import natures
from fce.fiche.blocs import AUTRES
from fce.fiche.lecteur import LecteurDeFiche
from fce.imports import selectors as sources_en_place
from fce.imports.directes import etat as directe
from fce.imports.directes.etat import EtatDirect
from fce.imports.models import Import, Releve
from fce.imports.selectors import EtatDeSource, SourceSuivie
from fce.imports.selectors import FichierNonEntre as RefusDeFichier
from fce.socle.formats import nombre
from fce.socle.texte import mots, normaliser_requete, plier
from fce.sources import champs, declaration
from fce.sources.acces import Acces
from fce.sources.champs import Champ, Nature
from fce.sources.declaration import Auto, Csv, Source
from fce.sources.modes import Cumule, Fusionne, Mode, ParPeriode
from fce.sources.rubriques import TITRES
from fce.sources.schema import colonne

IMPORTS_MONTRES: Final = 10
_TYPES: Final[tuple[tuple[type[Champ], str], ...]] = (
    (champs.Siren, "SIREN"),
    (champs.Siret, "SIRET"),
    (champs.Code, "code"),
    (champs.Entier, "nombre entier"),
    (champs.Decimal, "nombre décimal"),
    (champs.Jour, "date"),
    (champs.Horodatage, "date et heure"),
    (champs.Booleen, "oui ou non"),
)
_MASQUES: Final = {
    Nature.DIFFUSIBLE: "",
    Nature.NOM: "nom",
    Nature.SIGLE: "sigle",
    Nature.ENSEIGNE: "enseigne",
    Nature.ADRESSE: "adresse",
    Nature.COMMUNE: "commune",
    Nature.COORDONNEE: "coordonnée",
    Nature.PERSONNE: "personne",
    Nature.REGISTRE: "numéro d’un registre public",
    Nature.LIBRE: "texte libre",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """State of a data set in a few words; ``genre``: suffix of the badge of the design system."""

    genre: str
    libelle: str


@dataclass(frozen=True, slots=True)
class LigneDuCatalogue:
    """A data set in the list. ``lignes``: how many rows it has, None when that is not for this reader."""

    source: Source
    importation: Import | None
    lignes: int | None
    badges: tuple[Badge, ...]
    echec: RefusDeFichier | None = None


@dataclass(frozen=True, slots=True)
class GroupeDeSources:
    """A chapter of the sheet, or a producer, and its data sets."""

    cle: str
    titre: str
    lignes: tuple[LigneDuCatalogue, ...]


@dataclass(frozen=True, slots=True)
class ChampDecrit:
    """A line of the table of fields."""

    libelle: str
    colonne: str
    type: str
    unite: str
    acces: Acces
    masque: str
    aide: str
    obligatoire: bool


@dataclass(frozen=True, slots=True)
class DernierEssai:
    """An attempt to load: why rows were set aside (reasons, never values). ``compte``: its counts may be shown."""

    importation: Import
    statut: str
    rejets: tuple[tuple[str, str, int], ...]
    compte: bool


def etat(nom: str) -> SourceSuivie | None:
    """State of one source among all (two queries), None when it is not declared."""
    return next((e for e in sources_en_place.etat_des_sources() if e.source.nom == nom), None)


def compte(source: Source, lecteur: LecteurDeFiche) -> bool:
    """Tell whether this reader may know how many rows a source has: he who may read every one of them."""
    ouverte = lecteur.portee(source)
    return bool(ouverte) and not ouverte.territoires


def ligne(etat_: SourceSuivie, *, comptee: bool) -> LigneDuCatalogue:
    """What the list says of a source; the last refusal, as long as nothing has come in since.

    ``comptee``: its reader may know how many rows it has, which a refusal tells too.
    """
    echec = etat_.refus if etat_.etat is EtatDeSource.EN_ECHEC and comptee else None
    lignes = _lignes(etat_.en_place) if comptee else None
    return LigneDuCatalogue(etat_.source, etat_.en_place, lignes, badges(etat_), echec)


def badges(etat_: SourceSuivie) -> tuple[Badge, ...]:
    """How fresh it is; whether the last file was turned down; how it is doing when asked live."""
    sortie = []
    if not etat_.source.importable:
        pass
    elif etat_.en_place is None:
        sortie.append(Badge("new", "Jamais importée"))
    elif etat_.en_retard:
        sortie.append(Badge("warning", "En retard"))
    elif etat_.en_place.date_metier is None:
        sortie.append(Badge("info", "Date inconnue"))
    else:
        sortie.append(Badge("success", "À jour"))
    if etat_.etat is EtatDeSource.EN_ECHEC:
        sortie.append(Badge("error", "En échec"))
    if etat_.source.direct:
        en_direct = directe.etat(etat_.source)
        genre = {EtatDirect.EN_SERVICE: "success", EtatDirect.SUSPENDUE: "warning"}.get(en_direct, "info")
        sortie.append(Badge(genre, f"Directe : {en_direct.value}"))
    return tuple(sortie)


def releve(source: Source) -> Releve | None:
    """Latest look of the worker at the files of the producer, None when they have no address or nobody looked."""
    return Releve.objects.filter(source=source.nom).first() if source.telechargeable else None


def chercher(etats: list[SourceSuivie], texte: str) -> list[SourceSuivie]:
    """Data sets that hold every word: in their title, their name, their producer, their system, or a column."""
    cherches = mots(texte)
    return [e for e in etats if all(mot in _dits(e.source) for mot in cherches)] if cherches else etats


@cache
def _dits(source: Source) -> str:
    producteur = source.producteur
    colonnes = [champ.libelle for champ in source.champs.values()]
    return plier(" ".join((source.titre, source.nom, source.systeme, producteur.nom, producteur.sigle, *colonnes)))


def groupes(etats: list[SourceSuivie], par: str, lecteur: LecteurDeFiche) -> list[GroupeDeSources]:
    """Data sets by chapter of the sheet, in its order, or by producer when ``par`` is "producteur"."""
    if par == "producteur":
        titres = {e.source.producteur.code: e.source.producteur.nom for e in etats}
        ordre = sorted(titres, key=lambda code: titres[code].casefold())
    else:
        titres, ordre = {**TITRES, AUTRES: "Autres sources"}, [*TITRES, AUTRES]
    contenus: dict[str, list[LigneDuCatalogue]] = {cle: [] for cle in ordre}
    for etat_ in etats:
        source = etat_.source
        cle = source.producteur.code if par == "producteur" else source.rubrique
        contenus[cle if cle in contenus else AUTRES].append(ligne(etat_, comptee=compte(source, lecteur)))
    return [GroupeDeSources(cle, titres[cle], tuple(lignes)) for cle, lignes in contenus.items() if lignes]


def champs_decrits(source: Source) -> list[ChampDecrit]:
    """The table of fields, in the order of the declaration."""
    return [
        ChampDecrit(
            libelle=champ.libelle,
            colonne=_origine(attribut, champ),
            type=next((nom for classe, nom in _TYPES if isinstance(champ, classe)), "texte"),
            unite=champ.unite or "",
            acces=champ.acces or source.acces,
            masque=_MASQUES[natures(source)[attribut]],
            aide=champ.aide,
            obligatoire=attribut in source.obligatoires,
        )
        for attribut, champ in source.champs.items()
    ]


def _origine(attribut: str, champ: Champ) -> str:
    if champ.depuis_nom:
        return "nom du fichier"
    if champ.depuis_colonne:
        return "nom d’une colonne"
    return champ.motif if champ.motif and not champ.colonne else colonne(attribut, champ)


def derniers_imports(source: Source, *, comptes: bool) -> list[DernierEssai]:
    """The last attempts, one query: no name of a person, no value set aside; ``comptes``: with their counts."""
    essais = Import.objects.filter(source=source.nom).exclude(statut=Import.Statut.VERIFIE)
    lus = essais.only(
        *("statut", "debut", "fin", "date_metier", "lues", "chargees", "ecartees", "dedoublonnees", "total", "rejets")
    )[:IMPORTS_MONTRES]
    return [
        DernierEssai(
            i,
            str(i.get_statut_display()),
            tuple((_propre(r["motif"]), _propre(r["colonne"]), int(r["nombre"])) for r in i.rejets) if comptes else (),
            comptes,
        )
        for i in lus
    ]


def _propre(texte: object) -> str:
    """A text that comes from a file, without what would lie about what it says (control and direction marks)."""
    return normaliser_requete(str(texte))


def _lignes(importation: Import | None) -> int:
    return (importation.total or importation.chargees) if importation else 0


def mode(mode_: Mode) -> str:
    """What a new file does to what is in place, as a sentence."""
    match mode_:
        case ParPeriode(garde=garde):
            gardees = f" ; les {garde} dernières périodes sont gardées" if garde else ""
            return f"Chaque fichier remplace les périodes (mois ou années) qu’il contient{gardees}."
        case Fusionne(selon=selon):
            plus_ancienne = ", sauf si elle est plus ancienne" if selon else ""
            return f"Chaque ligne remplace celle de même clé{plus_ancienne} ; les autres restent."
        case Cumule():
            return "Chaque fichier s’ajoute à ce que disaient les précédents."
    reste = " ; les lignes reprises de l’ancien système restent" if mode_.sauf else ""
    return f"Chaque fichier remplace le précédent en entier{reste}."


def format_du_fichier(source: Source) -> str:
    """Layout of the official file, in a few words."""
    fichier = source.fichier
    if not source.importable:
        return "aucun : réponses JSON d’API Entreprise, demandées unité par unité"
    if isinstance(fichier, declaration.Lecteur):
        return fichier.extension.lstrip(".").upper()
    forme = fichier.csv if isinstance(fichier, Auto) else fichier
    if not isinstance(forme, Csv):
        return "Parquet"
    separateur = "tabulation" if forme.separateur == "\t" else f"« {forme.separateur} »"
    sans = ", sans ligne d’en-tête" if forme.entete else ""
    autre = " ou Parquet" if isinstance(fichier, Auto) else ""
    return f"CSV, séparateur {separateur}, {forme.encodage.upper()}{sans}{autre}"


def seuils(source: Source) -> list[tuple[str, str]]:
    """(rule, threshold): beyond it a whole file is refused and what is in place stays."""
    s = source.seuils
    return [
        ("SIREN ou SIRET invalides, au plus", _part(s.cles)),
        ("Lignes mises en quarantaine, au plus", _part(s.quarantaine)),
        ("Valeurs illisibles, au plus", _part(s.valeurs)),
        ("Lignes par rapport à l’import précédent, au moins", _part(s.baisse)),
        ("Lignes par rapport à l’import précédent, au plus", _part(s.hausse)),
    ]


def _part(part: float) -> str:
    return f"{nombre(round(part * 100, 2))} %"


def refus(source: Source) -> str:
    """Why a reader who is not signed in may not download it, "" when he may."""
    reponse = can(ANONYME, Droit.EXPORTER, source, maintenant=timezone.now())
    return reponse.phrase if isinstance(reponse, RefusAcces) else ""


def ouverte(source: Source) -> Portee:
    """The fields that everyone may download."""
    return portee(ANONYME, Droit.EXPORTER, source, maintenant=timezone.now())
