"""All the results of a query: for a file, by batches; for a program, page after page, each from where the last ended.

Beyond 10 000 results both follow the number, SIREN or SIRET: it neither moves from one page to the next nor tells a
name.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.etablissements import LieuxChoisis
from fce.recherche.engines.port import Moteur, Question, ReponseDuMoteur
from fce.recherche.question import filtrage, numeros, strategie
from fce.recherche.question.requete import FENETRE, Requete
from fce.recherche.reponse.decompte import decompter
from fce.recherche.reponse.resultats import Resultat, Resultats
from fce.recherche.reponse.selectors import (
    charger,
    memoire,
    moteur,
    par_numero,
    par_rna,
    rechercher,
    ses_etablissements,
)
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import Identifiant, est_siret, reconnaitre

PAQUET = 1_000
"""Results of one batch of an export."""
PAQUET_DE_BASE = 500
"""Same, for establishments listed by the database."""


class PageALaSuite(NamedTuple):
    """One page of all the results, by number. ``dernier``: the number that the next page follows, None at the end."""

    resultats: Resultats
    dernier: int | None


def parcourir(requete: Requete, maximum: int | None = None) -> Iterator[list[Resultat]]:
    """Yield every result by batches, in the order asked up to 10 000, then by number. Three round trips per batch.
    Raises ParametreInvalide beyond ``maximum`` results, before the first one."""
    if requete.vide or requete.lieux_inconnus:
        return
    if numeros.mal_ecrit(requete.q) and not numeros.debut_de_siret(requete.q):
        return
    trouvaille = _interroger(moteur(), requete)
    if trouvaille is None:
        yield from _du_numero(reconnaitre(requete.q), requete)
        return
    posee, total = trouvaille.question, trouvaille.reponse.total
    if maximum is not None and total > maximum:
        raise ParametreInvalide(
            f"Cette recherche a plus de {pluriel(maximum, 'résultat')} : affinez-la, ou téléchargez le fichier complet "
            "(/api/v1/fichiers/entreprises.csv)."
        )
    if total <= FENETRE:
        for decalage in range(0, total, PAQUET):
            reponse = moteur().search(posee, decalage=decalage, limite=PAQUET)
            yield charger(moteur(), reponse, posee, requete, sobre=True)
        return
    posee = replace(posee, seulement=tuple(sorted(posee.seulement)))  # sorted again, and fast, for each batch
    apres: int | None = None
    while (reponse := _apres(moteur(), posee, apres, PAQUET)).hits:
        yield charger(moteur(), reponse, posee, requete, sobre=True)
        apres = _numero(reponse)


def poursuivre(requete: Requete, apres: int | None, comptes: Collection[str] | None = frozenset()) -> PageALaSuite:
    """Answer a query with the page of its results, by number, that follows the number ``apres`` (None: the first).

    ``page`` is that of the query. The total is that of all the results, exact unless the filters name too many
    companies to be read. ``comptes``: as in ``rechercher``. Raises ``IndexIndisponible``.
    """
    machine = memoire()
    mal_ecrit = numeros.mal_ecrit(requete.q) and not numeros.debut_de_siret(requete.q)
    trouvaille = None if mal_ecrit else _interroger(machine, requete)
    if trouvaille is None:
        return PageALaSuite(rechercher(requete, comptes, sobre=True, machine=machine), None)
    posee, total = trouvaille.question, trouvaille.reponse.total
    reponse = _apres(machine, posee, apres, requete.taille + 1)
    reste = len(reponse.hits) > requete.taille
    reponse = ReponseDuMoteur(reponse.hits[: requete.taille], total, reponse.manifeste)
    resultats = charger(machine, reponse, posee, requete, sobre=True)
    # The index may still hold people masked since it was built: its total and its counts must not tell of them.
    ecartes = len(reponse.hits) - len(resultats)
    trouves = Resultats(
        total=total - ecartes,
        total_exact=not posee.partielle,
        page=requete.page,
        pages=-(-(total - ecartes) // requete.taille),
        resultats=resultats,
        facettes={} if ecartes else decompter(machine, requete, trouvaille, comptes),
        approchants=trouvaille.approchants,
        incomplets=ecartes > 0,
    )
    return PageALaSuite(trouves, _numero(reponse) if reste else None)


def _interroger(machine: Moteur, requete: Requete) -> strategie.Trouvaille | None:
    """The question that has all the results, and their total; None when the number typed has its own answer."""
    premiere = replace(requete, page=1, taille=1)
    numero = reconnaitre(requete.q)
    if numero is None:
        return strategie.interroger(machine, premiere, filtrage.ENSEMBLE_EXPORT)
    return par_rna(numero.valeur, premiere) if numero.genre == "rna" else ses_etablissements(numero, premiere)


def _apres(machine: Moteur, posee: Question, apres: int | None, limite: int) -> ReponseDuMoteur:
    """The first documents of a question, by number, after a number."""
    permis = sorted(posee.seulement)
    if permis and apres is not None:
        numero = f"{apres:014d}" if posee.genre == "etablissements" else f"{apres:09d}"
        permis = permis[bisect_left(permis, numero[:9]) :]
        if not permis:
            return ReponseDuMoteur((), 0)
    reponse = ReponseDuMoteur((), 0)
    # With up to a million companies in ``seulement``, ask by parts: each question walks the whole list.
    for lot in [tuple(permis[i : i + PAQUET]) for i in range(0, len(permis), PAQUET)] or [()]:
        restreinte = replace(posee, seulement=lot, tri="numero", apres=apres)
        suite = machine.search(restreinte, limite=limite - len(reponse.hits))
        reponse = ReponseDuMoteur((*reponse.hits, *suite.hits), 0, suite.manifeste)
        if len(reponse.hits) >= limite:
            break
    return reponse


def _numero(reponse: ReponseDuMoteur) -> int:
    return int(reponse.hits[-1].siret or reponse.hits[-1].siren)


def _du_numero(numero: Identifiant | None, requete: Requete) -> Iterator[list[Resultat]]:
    """What a number names, from the database: a company, or all its establishments in their view."""
    resultats = par_numero(numero).resultats if numero else []
    if requete.vue != "etablissements" or not resultats or (numero and est_siret(numero.valeur)):
        yield resultats
        return
    vue = resultats[0].entreprise
    choix = LieuxChoisis({"actif": "A", "cesse": "F"}.get(requete.etat))
    page = pages = 1
    while page <= pages:
        lieux = entreprises.etablissements_de(vue.siren, page, PAQUET_DE_BASE, choix)
        yield [Resultat(vue, lieu) for lieu in lieux.etablissements]
        page, pages = page + 1, lieux.pages
