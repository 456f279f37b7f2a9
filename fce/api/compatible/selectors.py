"""Searches of the contract: companies by words, number and filters, and the establishments that match.

A company is found by the search of the service (``recherche.question.strategie``), with criteria that its pages do not
have.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from fce.api.compatible import criteres, lectures, parametres, reponse, requetes
from fce.api.compatible.formes import ReponseCompatible
from fce.api.compatible.numeros import par_identifiant
from fce.recherche.engines.port import LES_ETATS, Moteur
from fce.recherche.question import strategie
from fce.recherche.question.requete import FENETRE
from fce.recherche.question.strategie import Trouvaille
from fce.recherche.reponse import selectors as recherches
from fce.socle.texte.identifiants import est_siret
from fce.socle.texte.pliage import normaliser_requete

_DIFFUSIBLES: Final = {
    "activite_principale_unite_legale": "activite_principale",
    "categorie_entreprise": "categorie_entreprise",
    "tranche_effectif_salarie_unite_legale": "tranche_effectifs",
    "nature_juridique_unite_legale": "categorie_juridique",
    "etat_administratif_unite_legale": "etat_administratif",
}
"""Parameters that a masked person's number may be combined with: what they ask is shown to everyone."""


def chercher(saisie: Mapping[str, Any]) -> ReponseCompatible:
    """Answer ``/search``. Raises ``IndexIndisponible`` when there is no index, unless only a number is asked."""
    machine = recherches.memoire()
    saisie = requetes.actualiser(machine, saisie)
    termes = normaliser_requete(saisie.get("terms", ""))
    numero = termes.replace(" ", "") if parametres.est_siren(termes) or parametres.est_siret(termes) else ""
    if numero:
        return _par_numero(machine, numero, saisie)
    requete = requetes.requete(machine, termes, saisie)
    trouvaille = strategie.interroger(machine, requete, plafond=FENETRE)
    sirens = [hit.siren for hit in trouvaille.reponse.hits]
    lieux = _lieux_trouves(machine, trouvaille, saisie, sirens)
    notes = {hit.siren: hit.score for hit in trouvaille.reponse.hits} if termes else {}
    return requetes.page(saisie, trouvaille.reponse.total, sirens, lieux, notes)


def _lieux_trouves(
    machine: Moteur, trouvaille: Trouvaille, saisie: Mapping[str, Any], sirens: Sequence[str]
) -> dict[str, list[str]]:
    """{siren: SIRET of its establishments that match}: by the words, by the criteria about establishments."""
    if not sirens or "matching_etablissements" not in parametres.blocs(saisie):
        return {}
    nommes = {numero for numero in par_identifiant(saisie) or () if est_siret(numero)}
    groupes = criteres.du_lieu(saisie)
    par_entreprise = saisie.get("matching_size", 10)
    if nommes:
        return {siren: sorted(n for n in nommes if n.startswith(siren))[:par_entreprise] for siren in sirens}
    lieux: dict[str, list[str]] = {}
    if not groupes and not trouvaille.question.mots:
        return {}
    posee = replace(
        trouvaille.question, genre="etablissements", etats=LES_ETATS, groupes=groupes, creation=(None, None),
        sirens=(), quidams=(), nommement=False, epingles=(), entre=None, cle="", noyaux=(), proches=(),
        tri="pertinence", inverse=False,
    )  # fmt: skip
    ensemble = replace(posee, seulement=tuple(sirens))
    reponse = machine.search(ensemble, limite=par_entreprise * len(sirens))
    for hit in reponse.hits:
        lieux.setdefault(hit.siren, []).append(hit.siret or "")
    if reponse.total > len(reponse.hits):
        # A company with thousands of establishments left no place to the others.
        for siren in sirens:
            if len(lieux.get(siren, ())) < par_entreprise:
                siens = machine.search(replace(posee, seulement=(siren,)), limite=par_entreprise).hits
                lieux[siren] = [hit.siret or "" for hit in siens]
    return {siren: siens[:par_entreprise] for siren, siens in lieux.items()}


def _par_numero(machine: Moteur, numero: str, saisie: Mapping[str, Any]) -> ReponseCompatible:
    """The company of a number, when it meets the other criteria; a masked person answers to its exact number."""
    siren, siret = numero[:9], numero if len(numero) > 9 else ""
    blocs = parametres.blocs(saisie)
    lieux = [siret] if siret else []
    unite = lectures.unites_par_siren([siren], lieux, blocs, saisie.get("page_etablissements")).get(siren)
    if unite is None or (siret and siret not in unite.lieux):
        return requetes.enveloppe(saisie, 0, [])
    reste = {nom: valeur for nom, valeur in saisie.items() if nom != "terms"}
    if filtres := reste.keys() - parametres.HORS_RECHERCHE:
        if not unite.regime.listable:
            if not _repond(unite.ligne, reste, filtres):
                return requetes.enveloppe(saisie, 0, [])
        else:
            trouvee = _filtree(machine, siren, reste)
            if not trouvee.reponse.total:
                return requetes.enveloppe(saisie, 0, [])
            if not siret and (lieux := _lieux_trouves(machine, trouvee, saisie, [siren]).get(siren, [])):
                unite.lieux |= lectures.unites_par_siren([siren], lieux, blocs)[siren].lieux
    seule = [reponse.unite_legale(unite, blocs, lieux)] if saisie.get("page", 1) == 1 else []
    return requetes.enveloppe(saisie, 1, seule)


def _filtree(machine: Moteur, siren: str, reste: Mapping[str, Any]) -> Trouvaille:
    """The same filters, asked of one company."""
    requete = requetes.requete(machine, "", {**reste, "page": 1})
    permis = requete.parmi is None or siren in requete.parmi
    return strategie.interroger(machine, replace(requete, parmi=(siren,) if permis else ()))


def _repond(ligne: Mapping[str, Any], reste: Mapping[str, Any], filtres: Collection[str]) -> bool:
    """Whether a masked person meets filters about what is shown of them; any other filter is not answered."""
    return all(nom in _DIFFUSIBLES and (ligne[_DIFFUSIBLES[nom]] or "?") in reste[nom] for nom in filtres)
