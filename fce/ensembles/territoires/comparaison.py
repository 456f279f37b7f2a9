"""Compare two to five establishments, or one with those of its section and size in its région.

Of the others, only medians and quartiles over ten companies at least, among the rows that the reader may read.
"""

# ruff: noqa: S608 (only constants and names of columns are interpolated)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EtablissementVu
from fce.droits.habilitations.lecteur import LecteurDeDonnees, QuestionReservee
from fce.droits.habilitations.portee import Condition
from fce.ensembles.territoires import selectors
from fce.ensembles.territoires.mesures import TABLE, relation
from fce.ensembles.territoires.models import Preparation
from fce.ensembles.territoires.ouvertures import MesureOuverte, ouvertures, question
from fce.ensembles.territoires.selectors import FaitMontre, fait_de
from fce.referentiels import activites, effectifs
from fce.referentiels.territoires import departement, region
from fce.referentiels.territoires.decoupage import departements_de_la_region, region_du_departement
from fce.socle.base import lectures
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.texte.identifiants import siret_valide
from fce.sources import registre
from fce.sources.catalogue.dati.accidents.regles import comparer as taux_et_secteur
from fce.sources.catalogue.inpi.comptes import SQL_PUBLIQUE

COMPARES_MAX: Final = 5
PAIRS_MIN: Final = 10
MESURES: Final = ("effectif", "pse", "accidents", "mortels", "controle", "contact")
ACCIDENTS: Final = "accidents-travail"
COMPTES: Final = "ratios-financiers"
COMPTES_DITS: Final = ("Chiffre d’affaires de l’entreprise", "Résultat net de l’entreprise")
COMPTES_ANS: Final = 3
MEME_ENTREPRISE: Final = "même entreprise, dit dans sa première colonne"
SANS_TRANCHE: Final = effectifs.rang(None)
_PUBLIQUES: Final = ("siret", "siren", "departement", "section", "rang", "taille")
_COMPLETS: Final = "type_bilan"
"""Complete accounts (C) before simplified ones (S), as on the sheet."""
_QUANTILES: Final = "ARRAY[0.25, 0.5, 0.75]"


class EtablissementCompare(NamedTuple):
    """``faits``: as on the list of a territory; ``comptes``: (title, value) of the latest public accounts of its
    company."""

    lieu: EtablissementVu
    faits: Sequence[FaitMontre]
    comptes: Sequence[tuple[str, str]]


class RepereDePairs(NamedTuple):
    """``quartiles``: first quartile, median and third, or None; ``pairs``: how many companies make them, or why there
    is none, in French."""

    titre: str
    quartiles: tuple[str, str, str] | None
    pairs: str


class ComparaisonDeLieux(NamedTuple):
    """``pairs``: who the others are, in French; "" when several establishments are compared with each other."""

    compares: Sequence[EtablissementCompare]
    pairs: str
    reperes: Sequence[RepereDePairs]
    ouvertures: Mapping[str, MesureOuverte]
    preparation: Preparation


def comparer(lecteur: LecteurDeDonnees, sirets: Sequence[str]) -> ComparaisonDeLieux:
    """Raises ParametreInvalide (none, too many, or not a SIRET), Introuvable (an establishment that is not listed),
    JournalIndisponible, VolumeDepasse."""
    voulus = list(dict.fromkeys(sirets))
    if not 0 < len(voulus) <= COMPARES_MAX or not all(map(siret_valide, voulus)):
        raise ParametreInvalide(f"Choisissez un établissement, ou jusqu’à {COMPARES_MAX} à comparer.")
    preparation = selectors.derniere_preparation()
    ouvertes = {nom: o for nom, o in ouvertures(lecteur, preparation).items() if nom in MESURES}
    brutes = _preparees(lecteur, voulus, ouvertes)
    lieux = entreprises.etablissements(voulus)
    # The answer is that of an unknown number: a masked person is not listed.
    if preparation is None or not all(s in brutes and s in lieux and lieux[s].regime.listable for s in voulus):
        raise Introuvable("Un de ces établissements ne se compare pas : il est fermé, ou inconnu des territoires.")
    pairs, reperes, posees = _reperes(lecteur, brutes[voulus[0]], ouvertes) if len(voulus) == 1 else ("", [], [])
    montrees = [*ouvertes.values()]
    selectors.consigner_les_lignes(
        lecteur, [brutes[s] for s in voulus], montrees, posees, f"territoires/comparer?n={voulus[0]}"
    )
    comptes, taux = _comptes([s[:9] for s in voulus]), _taux([s for s in voulus if brutes[s].get("accidents?")])
    compares: list[EtablissementCompare] = []
    for s in voulus:
        faits = [fait_de(o, brutes[s]) for o in montrees]
        if s in taux:
            faits = [replace(x, texte=f"{x.texte}, {taux[s]}") if x.mesure == "accidents" else x for x in faits]
        # A company's figure is said once, whatever the number of its establishments.
        dite = any(c.lieu.siret[:9] == s[:9] for c in compares)
        siens = [(titre, MEME_ENTREPRISE) for titre in COMPTES_DITS] if dite else comptes.get(s[:9], ())
        compares.append(EtablissementCompare(lieux[s], faits, siens))
    return ComparaisonDeLieux(compares, pairs, reperes, ouvertes, preparation)


def _preparees(
    lecteur: LecteurDeDonnees, sirets: Sequence[str], ouvertes: Mapping[str, MesureOuverte]
) -> dict[str, dict[str, Any]]:
    colonnes, sql, parametres = selectors.colonnes_lisibles(_PUBLIQUES, ouvertes.values())
    rangees = lectures.rangees(
        f"SELECT {sql} FROM {relation(lecteur)} t WHERE t.siret = ANY(%s::text[])", [*parametres, list(sirets)]
    )
    return {ligne[0]: dict(zip(colonnes, ligne, strict=True)) for ligne in rangees}


def _taux(sirets: Sequence[str]) -> dict[str, str]:
    """{SIRET: its accident rate beside that of its sector, as on the sheet}, of establishments whose accidents are open
    to the reader."""
    if not sirets:
        return {}
    rangees = lectures.rangees(
        f"SELECT siret, taux, taux_france FROM {registre.source(ACCIDENTS).relation} WHERE siret = ANY(%s::text[])",
        [list(sirets)],
    )
    dits = ((siret, taux_et_secteur({"taux": taux, "taux_france": france})) for siret, taux, france in rangees)
    return {siret: dit for siret, dit in dits if dit}


def _comptes_en_place() -> bool:
    return bool(lectures.rangees("SELECT 1 FROM sources_versionenplace WHERE source = %s", [COMPTES]))


def _comptes(sirens: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """{SIREN: turnover and result of the latest public accounts}."""
    if not _comptes_en_place():
        return {}
    rangees = lectures.rangees(
        "SELECT DISTINCT ON (siren) siren, chiffre_affaires, resultat_net, date_cloture "
        f"FROM {registre.source(COMPTES).relation} WHERE siren = ANY(%s::text[]) AND {SQL_PUBLIQUE} "
        f"ORDER BY siren, date_cloture DESC, {_COMPLETS}",
        [list(sirens)],
    )
    return {
        siren: [
            (titre, f"{nombre(round(valeur))} €, comptes clos le {jour(clos)}" if valeur is not None else "non publié")
            for titre, valeur in zip(COMPTES_DITS, (ca, resultat), strict=True)
        ]
        for siren, ca, resultat, clos in rangees
    }


def _reperes(
    lecteur: LecteurDeDonnees, brute: Mapping[str, Any], ouvertes: Mapping[str, MesureOuverte]
) -> tuple[str, list[RepereDePairs], list[QuestionReservee]]:
    """Quartiles of the establishments of the same section and size in the région, that of ``brute`` included."""
    sienne = region_du_departement(brute["departement"])
    code = sienne.code if sienne else ""
    siens = sorted(departements_de_la_region(code)) or [brute["departement"]]
    ou = "t.section = %s AND t.rang = %s AND t.departement = ANY(%s::text[])"
    parametres = [brute["section"], brute["rang"], siens]
    reperes, posees = [], []
    for nom, colonne in (("effectif", "effectif"), ("accidents", "accidents")):
        ouverture = ouvertes[nom]
        if not ouverture:
            pourquoi = "source absente" if ouverture.absente else "fermé à votre lecture"
            reperes.append(RepereDePairs(ouverture.mesure.titre, None, pourquoi))
            continue
        (nombre_, quartiles) = lectures.rangees(
            f"SELECT count(DISTINCT t.siren), percentile_cont({_QUANTILES}) WITHIN GROUP (ORDER BY t.{colonne}) "
            f"FROM {TABLE} t WHERE {ou} AND {ouverture.condition.sql} AND t.{colonne} IS NOT NULL",
            [*parametres, *ouverture.condition.parametres],
        )[0]
        reperes.append(_repere(ouverture.mesure.titre, nombre_, quartiles))
        posees.append(question(lecteur, Condition(ou, tuple(parametres)), [ouverture]))
    reperes += _reperes_des_comptes(ou, parametres, brute["taille"], lecteur.aujourd_hui)
    qui = (
        f"{activites.en_clair(brute['section']) or 'activité inconnue'}, {_taille(brute['rang'])}, {_nom(code, siens)}"
    )
    return qui, reperes, posees


def _reperes_des_comptes(ou: str, parametres: Sequence[object], taille: str, aujourd_hui: date) -> list[RepereDePairs]:
    """Quartiles of the latest public accounts of the companies of the peers, of the same category of company, closed
    within ``COMPTES_ANS`` years: a small branch of a large company is no peer of a small company. None without a
    known size, which is said."""
    if not _comptes_en_place() or parametres[1] == SANS_TRANCHE:
        pourquoi = "tranche d’effectif inconnue" if _comptes_en_place() else "source absente"
        return [RepereDePairs(titre, None, pourquoi) for titre in COMPTES_DITS]
    (rangee,) = lectures.rangees(
        "WITH pairs AS (SELECT DISTINCT t.siren FROM "
        f"{TABLE} t WHERE {ou} AND t.taille = %s), derniers AS ("
        "SELECT DISTINCT ON (c.siren) c.chiffre_affaires AS ca, c.resultat_net AS resultat "
        f"FROM pairs p JOIN {registre.source(COMPTES).relation} c ON c.siren = p.siren "
        f"WHERE c.date_cloture > %s::date - interval '{COMPTES_ANS} years' AND {SQL_PUBLIQUE} "
        f"ORDER BY c.siren, c.date_cloture DESC, {_COMPLETS}) "
        f"SELECT count(ca), percentile_cont({_QUANTILES}) WITHIN GROUP (ORDER BY ca), "
        f"count(resultat), percentile_cont({_QUANTILES}) WITHIN GROUP (ORDER BY resultat) FROM derniers",
        [*parametres, taille, aujourd_hui.isoformat()],
    )
    qui = f", {taille}" if taille else ", catégorie inconnue"
    return [
        _repere(f"{titre}{qui}", pairs, quartiles, " €")
        for titre, pairs, quartiles in zip(COMPTES_DITS, rangee[::2], rangee[1::2], strict=True)
    ]


def _repere(titre: str, pairs: int, quartiles: Sequence[float] | None, unite: str = "") -> RepereDePairs:
    dits = pluriel(pairs, "entreprise") if pairs >= PAIRS_MIN else f"moins de {PAIRS_MIN} entreprises"
    if pairs < PAIRS_MIN or quartiles is None:
        return RepereDePairs(titre, None, dits)
    bas, milieu, haut = (f"{nombre(round(q))}{unite}" for q in quartiles)
    return RepereDePairs(titre, (bas, milieu, haut), dits)


def _taille(rang: int) -> str:
    return next((t.libelle or t.code for t in effectifs.liste() if effectifs.rang(t.code) == rang), "taille inconnue")


def _nom(code: str, siens: Sequence[str]) -> str:
    trouvee = region(code) or departement(siens[0])
    return (trouvee.libelle or trouvee.code) if trouvee else siens[0]
