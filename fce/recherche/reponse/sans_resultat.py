"""What a page without results suggests: the first wider place and its first companies, the country by région, wider
activities."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from fce.donnees.entreprises.repertoire import UNITES_LEGALES
from fce.donnees.imports import selectors as sources_en_place
from fce.recherche.engines.port import Moteur
from fce.recherche.question import filtrage
from fce.recherche.question.elargissement import Compris, Elargissement
from fce.recherche.question.filtres import LIEUX, SIRENE
from fce.recherche.question.lieux_du_lecteur import Lieux
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import conseils, page, selectors
from fce.referentiels import territoires
from fce.referentiels.territoires.decoupage import region_du_departement
from fce.socle.texte.formats import au
from fce.socle.texte.identifiants import chiffres_seuls, reconnaitre

APERCU = 3
"""Companies shown for the first wider place."""


@dataclass(frozen=True, slots=True)
class LienChiffre:
    """A suggested search: label, number of results, URL."""

    libelle: str
    nombre: int
    adresse: str


@dataclass(frozen=True, slots=True)
class Alentours:
    """Suggestions around ``compris``. ``premier``: first wider place with results; ``apercu``: its first companies.

    ``vides``: narrower places without results. ``chez_vous``: whether that place is in the reader's territory.
    ``suivants``: wider places up to the country, which is ``pays`` with its results by région (``regions``).
    """

    compris: Compris
    adresse: str
    premier: LienChiffre | None
    titre: str
    chez_vous: bool
    apercu: Sequence[selectors.Resultat]
    suivants: Sequence[LienChiffre]
    pays: LienChiffre | None
    regions: Sequence[LienChiffre]
    nomenclatures: Sequence[LienChiffre]
    activites: Sequence[LienChiffre]
    autres: Sequence[LienChiffre]
    sans_le_lieu: str
    source: str
    lieu: str

    @property
    def q(self) -> str:
        """Words that the searches around keep."""
        return self.compris.requete.q


def essais(machine: Moteur, requete: Requete, affichage: str) -> list[LienChiffre]:
    """Return what answers with one filter or word fewer; nothing for a number."""
    if requete.vide or chiffres_seuls(requete.q) or reconnaitre(requete.q):
        return []
    trouves = conseils.essais(machine, requete)
    return [LienChiffre(e.libelle, e.nombre, page.adresse(e.requete, affichage, page=1)) for e in trouves]


def alentours(machine: Moteur, compris: Compris, affichage: str, territoire: Lieux) -> Alentours:
    """Compute the suggestions; queries only a few companies and the counts by région."""
    pleins = [e for e in compris.lieux if e.nombre]
    premier = pleins[0] if pleins else None
    apercu: Sequence[selectors.Resultat] = ()
    if premier:
        courte = replace(premier.requete, taille=APERCU)
        apercu = selectors.rechercher(courte, (), sobre=True, machine=machine).resultats
    pays = next((e for e in pleins[1:] if not e.requete.lieux()), None)

    def lien(un: Elargissement) -> LienChiffre:
        return LienChiffre(un.libelle, un.nombre, page.adresse(un.requete, affichage))

    return Alentours(
        compris=compris,
        adresse=page.adresse(compris.requete, affichage),
        premier=lien(premier) if premier else None,
        titre=f"{compris.compter(premier.nombre)} {premier.libelle}" if premier else "",
        chez_vous=premier is not None and _dans(premier.requete, territoire),
        apercu=apercu,
        suivants=[lien(e) for e in pleins[1:] if e is not pays],
        pays=lien(pays) if pays else None,
        regions=_par_region(machine, pays.requete, affichage) if pays else [],
        nomenclatures=[lien(e) for e in compris.nomenclatures],
        activites=[lien(e) for e in compris.activites],
        autres=[lien(e) for e in compris.autres],
        sans_le_lieu=page.adresse(compris.requete, affichage, **dict.fromkeys(LIEUX)) if compris.lieux else "",
        source=_source(),
        lieu=_seul_lieu(compris.requete),
    )


def _par_region(machine: Moteur, requete: Requete, affichage: str) -> list[LienChiffre]:
    """Results by région, most first. Each number equals that of its link, except when filters on establishments
    combine."""
    if requete.vue == "entreprises" and filtrage.compagnons(requete, "lieu"):
        return []
    filtre = SIRENE["region"]
    comptes = machine.facettes(filtrage.poser(machine, requete))
    nombres = [(n, cle.removeprefix(filtre.debut)) for cle, n in comptes.items() if cle.startswith(filtre.debut)]
    return [
        LienChiffre(filtre.en_clair(code), n, page.adresse(requete, affichage, region=code))
        for n, code in sorted(nombres, key=lambda x: (-x[0], x[1]))
        if n and territoires.region(code)
    ]


def _dans(requete: Requete, territoire: Lieux) -> bool:
    """Whether all the places of a query are in a territory."""
    regions = {*territoire.get("region", ())}
    departements = {*territoire.get("departement", ())}
    lieux = requete.lieux()
    siens = lieux.get("departement", ())
    dedans = [d in departements or ((r := region_du_departement(d)) is not None and r.code in regions) for d in siens]
    return bool(lieux) and all(dedans) and regions.issuperset(lieux.get("region", ()))


def _seul_lieu(requete: Requete) -> str:
    """Name of the only place asked; "" for several."""
    noms = [SIRENE[nom].etiqueter(code) for nom, codes in requete.lieux().items() for code in codes]
    return noms[0] if len(noms) == 1 else ""


def _source() -> str:
    """« Insee – Sirene – au 29/11/2026 »."""
    repere = sources_en_place.reperes().get(UNITES_LEGALES)
    date = au(repere.date_metier, repere.importee_le) if repere else ""
    return " – ".join(x for x in ("Insee", "Sirene", date) if x)
