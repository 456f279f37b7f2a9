"""Answers for rows: exact numbers from the database, names from the search. A number answers even for a masked unit,
which shows what its sheet shows; a name never does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from fce.donnees.entreprises import remplacements, selectors as entreprises, situation
from fce.donnees.entreprises.colonnes_ouvertes import PROPRIETES
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.ensembles.rapprochement import recherches
from fce.ensembles.rapprochement.contenu import CandidatNote, Issue, LigneARapprocher, ReponseDeLigne
from fce.ensembles.rapprochement.lecture import LecteurDeLIndex
from fce.ensembles.rapprochement.noms import lire_nom, ressemblance
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.recherche.reponse.selectors import moteur
from fce.socle.texte.identifiants import est_siren, formater_siren, formater_siret
from fce.socle.web.exports import Cellule

ZERO_RENDU = "même numéro, son zéro du début rendu"
_AUTRE_NOM = 0.4
"""Likeness below which a name written beside a number is another company's."""


def rapprocher(lignes: Sequence[LigneARapprocher]) -> list[ReponseDeLigne]:
    """Answer each row: by its number when it has one, else by its name. Beside a number that fails, a name proposes
    and never decides. Raises IndexIndisponible."""
    lignes = [ligne.borner() for ligne in lignes]
    saisis = [lire_numero(ligne.numero) if ligne.numero.strip() else None for ligne in lignes]
    par_numero = situer(saisi.numero for saisi in saisis if saisi and saisi.numero)
    fautes = [saisi and (saisi.faute or _inconnu(par_numero[saisi.numero])) for saisi in saisis]
    a_chercher = [i for i, saisi in enumerate(saisis) if saisi is None or (fautes[i] and lignes[i].nom)]
    machine = moteur().d_une_demande()
    trouvees = recherches.rapprocher(machine, LecteurDeLIndex(machine), [lignes[i] for i in a_chercher])
    par_nom = dict(zip(a_chercher, trouvees, strict=True))
    reponses = []
    for i, (ligne, saisi) in enumerate(zip(lignes, saisis, strict=True)):
        if saisi is None:
            reponses.append(par_nom[i])
        elif faute := fautes[i]:
            reponses.append(_proposer(faute, par_nom.get(i)))
        else:
            reponse = par_numero[saisi.numero]
            rendu = saisi.zero_rendu and reponse.issue is Issue.TROUVE
            reponses.append(_verifier_le_nom(ligne, replace(reponse, pourquoi=ZERO_RENDU) if rendu else reponse))
    return reponses


def _inconnu(reponse: ReponseDeLigne) -> str:
    """Why nobody bears a number; "" when its company is known."""
    return reponse.pourquoi if reponse.issue is Issue.INCONNU and not reponse.candidats else ""


def _proposer(faute: str, par_nom: ReponseDeLigne | None) -> ReponseDeLigne:
    """The answer beside a number that fails: what the name finds is for somebody to decide."""
    if par_nom is None or not par_nom.candidats:
        return ReponseDeLigne(Issue.INCONNU, pourquoi=f"{faute} {par_nom.pourquoi if par_nom else ''}".strip())
    return ReponseDeLigne(Issue.AMBIGU, pourquoi=f"{faute} Le nom propose.", candidats=par_nom.candidats)


def _verifier_le_nom(ligne: LigneARapprocher, reponse: ReponseDeLigne) -> ReponseDeLigne:
    """A number and a name that contradict each other are for somebody to decide."""
    candidat = reponse.candidats[0] if reponse.candidats else None
    if not ligne.nom.strip() or candidat is None or not candidat.noms or reponse.issue is Issue.INCONNU:
        return reponse
    saisi = lire_nom(ligne.nom)
    if max(ressemblance(saisi, lire_nom(nom)) for nom in candidat.noms) >= _AUTRE_NOM:
        return reponse
    return ReponseDeLigne(Issue.AMBIGU, pourquoi="Ce numéro porte un autre nom.", candidats=reponse.candidats)


class NumeroSitue(NamedTuple):
    """What a valid number designates. ``entreprise``, ``etablissement``: those in use. ``ancien``: the number asked,
    when another replaces it. An unknown SIRET may have a known company."""

    entreprise: EntrepriseVue | None
    etablissement: EtablissementVu | None
    issue: Issue
    pourquoi: str
    ancien: str = ""


def situer(numeros: Iterable[str]) -> dict[str, ReponseDeLigne]:
    """{SIREN or SIRET: its answer}, for valid numbers: found, closed, replaced by, or unknown."""
    return {numero: _repondre(*situe) for numero, situe in retrouver(numeros).items()}


def retrouver(numeros: Iterable[str]) -> dict[str, NumeroSitue]:
    """{SIREN or SIRET: what it designates}, for valid numbers, masked. The number of round trips does not depend on
    theirs."""
    demandes = {*numeros}
    sirens = {n for n in demandes if est_siren(n)}
    sirets = demandes - sirens
    lieux = entreprises.etablissements(sirets)
    fermes = {siret for siret, lieu in lieux.items() if lieu.etat == "F"}
    apres = remplacements.successeurs(fermes)
    # A duplicate SIREN has no row, or a row that has ceased; the company of an unknown SIRET may be a duplicate too.
    unites = entreprises.entreprises(sirens | {n[:9] for n in demandes})
    doublons = remplacements.remplacants(n for n in sirens if n not in unites or unites[n].etat == "C")
    lieux |= entreprises.etablissements(apres.values())
    unites |= entreprises.entreprises({*doublons.values(), *(s[:9] for s in apres.values())} - unites.keys())
    return {n: _du_siren(n, unites, doublons) if n in sirens else _du_siret(n, lieux, unites, apres) for n in demandes}


def _du_siren(siren: str, unites: Mapping[str, EntrepriseVue], doublons: Mapping[str, str]) -> NumeroSitue:
    vrai = doublons.get(siren, "")
    if vrai in unites:
        return NumeroSitue(unites[vrai], None, Issue.REMPLACE, f"SIREN remplacé par {formater_siren(vrai)}.", siren)
    vue = unites.get(siren)
    if vue is None:
        return NumeroSitue(None, None, Issue.INCONNU, "Aucune entreprise de ce SIREN.")
    if vue.etat == "C":
        return NumeroSitue(vue, None, Issue.FERME, "L’entreprise a cessé.")
    return NumeroSitue(vue, None, Issue.TROUVE, "même numéro")


def _du_siret(
    siret: str,
    lieux: Mapping[str, EtablissementVu],
    unites: Mapping[str, EntrepriseVue],
    apres: Mapping[str, str],
) -> NumeroSitue:
    lieu, vue = lieux.get(siret), unites.get(siret[:9])
    suivant = lieux.get(apres.get(siret, ""))
    if suivant is not None:
        raison = f"Établissement fermé, remplacé par {formater_siret(suivant.siret)}."
        return NumeroSitue(unites.get(suivant.siren), suivant, Issue.REMPLACE, raison, siret)
    if lieu is None:
        raison = "Aucun établissement de ce SIRET"
        return NumeroSitue(vue, None, Issue.INCONNU, f"{raison} ; l’entreprise existe." if vue else f"{raison}.")
    if lieu.etat == "F":
        active = vue is not None and vue.etat == "A"
        raison = "Établissement fermé ; l’entreprise est active." if active else "Établissement fermé."
        return NumeroSitue(vue, lieu, Issue.FERME, raison)
    return NumeroSitue(vue, lieu, Issue.TROUVE, "même numéro")


def _repondre(
    vue: EntrepriseVue | None, lieu: EtablissementVu | None, issue: Issue, pourquoi: str, ancien: str
) -> ReponseDeLigne:
    if issue is Issue.INCONNU:
        return ReponseDeLigne(issue, pourquoi=pourquoi, candidats=(_montrer(vue, vue.siege),) if vue else ())
    candidat = _montrer(vue, lieu)
    numero = lieu.siret if lieu else candidat.siren
    return ReponseDeLigne(issue, numero, candidat.nom, candidat.lieu, pourquoi, ancien, (candidat,))


def _montrer(vue: EntrepriseVue | None, lieu: EtablissementVu | None) -> CandidatNote:
    ou = lieu or (vue.siege if vue else None)
    masque = (lieu or vue) is None or any(x.masque for x in (vue, lieu) if x)
    noms = (lieu.nom if lieu else None, *(vue.noms if vue else ()), *(lieu.enseignes if lieu else ()))
    return CandidatNote(
        siren=lieu.siren if lieu else vue.siren if vue else "",
        siret=lieu.siret if lieu else "",
        nom=lieu.nom if lieu else vue.nom if vue else "",
        lieu=f"{(ou and ou.code_postal) or ''} {(ou and ou.commune) or ''}".strip(),
        actif=(lieu.etat if lieu else vue.etat if vue else None) == "A",
        score=1.0,
        noms=() if masque else tuple(dict.fromkeys(nom for nom in noms if nom)),
    )


def masques(numeros: Iterable[str]) -> frozenset[str]:
    """Those of these numbers of which something is hidden, or that Sirene no longer knows. Two round trips."""
    demandes = {*numeros}
    connues = situation.situations(demandes)
    return frozenset(n for n in demandes if n not in connues or connues[n].regime.masque)


def completer(numeros: Iterable[str], colonnes: Iterable[str]) -> dict[str, dict[str, Cellule]]:
    """{SIREN or SIRET: {column: value}}, without unknown numbers. Two round trips."""
    demandes, voulues = {*numeros}, [*colonnes]
    lieux = entreprises.etablissements(n for n in demandes if not est_siren(n))
    unites = entreprises.entreprises(n[:9] for n in demandes)
    return {
        n: {cle: PROPRIETES[cle].valeur_de(unites[n[:9]], lieux.get(n)) for cle in voulues}
        for n in demandes
        if n[:9] in unites and (est_siren(n) or n in lieux)
    }
