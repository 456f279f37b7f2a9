"""The map of the results: where they are, counted by square by the engine for any query and filters."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from fce.recherche.engines.port import CodeCherche, Manifeste, Moteur, Question
from fce.recherche.question.filtres import CARREAU
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import page
from fce.recherche.reponse.resultats import Resultats
from fce.referentiels import carreaux, carte
from fce.referentiels.carreaux import Carreau
from fce.referentiels.carte import CarreauDeCarte, CarteDessinee

PAS_ENCORE: Final = "La carte vient à la prochaine indexation complète."
TROP_PEU: Final = "Trop peu de résultats pour une carte : la liste les montre tous."
INCOMPLETE: Final = "La carte attend la mise à jour de l’index."
_ICI: Final = "ICI"
_OUTRE_MER: Final = tuple(CodeCherche("codes", f"r:{region}") for region in ("01", "02", "03", "04", "06"))
_TERRES: dict[tuple[str, str], Mapping[str, Sequence[Carreau]]] = {}


class CarteDeResultats(NamedTuple):
    """``raison``: why there is no map, "" when there is one; ``echelle``: [(size, address of the wider map, "" for this
    one)]; ``sans``: address of the list of what has no coordinates."""

    raison: str
    carte: CarteDessinee | None = None
    echelle: Sequence[tuple[str, str]] = ()
    sans: str = ""


def carte_des_resultats(machine: Moteur, requete: Requete, trouves: Resultats) -> CarteDeResultats:
    """Draw the results that ``trouves`` counts. Two questions to the engine at most. Raises ``IndexIndisponible``."""
    manifeste = machine.manifeste()
    if trouves.question is None or trouves.total < carte.PEU:
        return CarteDeResultats(TROP_PEU)
    if manifeste is None or carreaux.GRILLE not in manifeste.extra.get("filtres", ()):
        return CarteDeResultats(PAS_ENCORE)
    if trouves.incomplets:
        return CarteDeResultats(INCOMPLETE)
    dans = _carreau_ouvert(requete)
    rang = dans[0] - 1 if dans else carte.GRAND
    comptes, total = _compter(machine, trouves.question, rang)
    if not dans and carte.serres(comptes):
        rang = carte.GRAND - 1
        comptes, total = _compter(machine, trouves.question, rang)
    suite = "carte" if rang else "liste"
    lien = page.adresse(requete, suite, **{CARREAU: _ICI})

    def dessine(carreau: Carreau) -> CarreauDeCarte:
        code = carte.coder(carreau)
        return CarreauDeCarte(code, carte.nommer(code), comptes[carreau], "?" + lien.replace(_ICI, code))

    dessinee = carte.carte(comptes, total, dessine, dans, terres(machine, manifeste))
    sans = page.adresse(requete, "liste", **{CARREAU: carte.SANS})
    return CarteDeResultats("", dessinee, _echelle(requete, dans, dessinee), sans)


def _carreau_ouvert(requete: Requete) -> Carreau | None:
    """The one square that the query opens, when it holds smaller ones."""
    codes = requete.filtres.get(CARREAU, ())
    ouvert = carte.decoder(codes[0]) if len(codes) == 1 and codes[0] != carte.SANS else None
    return ouvert if ouvert and ouvert[0] else None


def _compter(machine: Moteur, question: Question, rang: int) -> tuple[dict[Carreau, int], int]:
    """({square: results}, results in all)."""
    comptes = machine.carreaux(question, rang)
    sans = comptes.pop(carreaux.SANS_LIEU, 0)
    return {carreaux.du_numero(rang, n): fois for n, fois in comptes.items()}, sum(comptes.values()) + sans


def _echelle(requete: Requete, dans: Carreau | None, dessinee: CarteDessinee) -> list[tuple[str, str]]:
    """The sizes of squares down to this one; the wider ones lead there."""
    if dans is None:
        return [(dessinee.taille, "")]
    larges = [("32 km", page.adresse(requete, "carte", **{CARREAU: None}))]
    if dans[0] < carte.GRAND:
        fois = carreaux.COTE_FOIS
        contenant = carte.coder((dans[0] + 1, dans[1] // fois, dans[2] // fois))
        larges.append(("4 km", page.adresse(requete, "carte", **{CARREAU: contenant})))
    return [*larges, (dessinee.taille, "")]


def terres(machine: Moteur, manifeste: Manifeste) -> Mapping[str, Sequence[Carreau]]:
    """{overseas frame: squares of 4 km where the register has an establishment}, which draw the land by themselves.
    Counted once for each version of the index."""
    version = (manifeste.version, manifeste.construit_le)
    if version not in _TERRES:
        ou = [carreaux.du_numero(1, n) for n in machine.carreaux(Question("etablissements", groupes=(_OUTRE_MER,)), 1)]
        _TERRES.clear()
        _TERRES[version] = {nom: [c for c in ou if carte.dans_le_cadre(nom, c)] for nom in carte.CADRES_DE_CARTE}
    return _TERRES[version]
