"""What everyone reads of a company, as its head needs it: each subject with its source and where to have it corrected.

The values are those of the public sheet: nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.contenu import FicheEntreprise
from fce.fiche.page.chiffres import comptes
from fce.fiche.page.origines import origines
from fce.fiche.page.synthese import cartes
from fce.fiche.selectors import fiche_entreprise
from fce.service.portail.signalements.selectors import SignalementAffiche
from fce.socle.erreurs import Introuvable, SourceIndisponible
from fce.sources.onglets import SYNTHESE


class SujetPublic(NamedTuple):
    """``ou``: (name, address) of who corrects it; ``comment``: words after it. ``sources``, else ``rubrique``: of the
    reports that concern it."""

    titre: str
    rubrique: str
    sources: tuple[str, ...]
    ou: tuple[str, str]
    comment: str = ""


_GUICHET: Final = ("Guichet unique", "https://procedures.inpi.fr/")
_INSEE: Final = ("Insee, changer d’activité", "https://www.insee.fr/fr/information/1972062")
_DSN: Final = ("net-entreprises.fr", "https://www.net-entreprises.fr/")
_EGAPRO: Final = ("Egapro, corriger la déclaration", "https://egapro.travail.gouv.fr/")
SUJETS: Final = (
    SujetPublic("Dirigeants", "dirigeants", ("rne-dirigeants", "rne"), _GUICHET, ", formalité de modification"),
    SujetPublic("Siège", "identite", (), _GUICHET, " ; l’Insee suit"),
    SujetPublic("Activité", "identite", ("sirene-unites-legales",), _INSEE),
    SujetPublic("Établissements", "etablissements", ("sirene-etablissements",), _GUICHET, ", ouverture ou fermeture"),
    SujetPublic("Effectif", "effectifs", (), _DSN, ", par vos DSN"),
    SujetPublic("Comptes", "finances", ("ratios-financiers", "ratios-consolides"), _GUICHET, ", nouveau dépôt"),
    SujetPublic("Index égalité", "relations-travail", ("egapro",), _EGAPRO),
)


class FichePublique(NamedTuple):
    """``lignes``: (subject, what everyone reads or "", source and date, the account's reports on it)."""

    vue: EntrepriseVue
    masque: bool
    lignes: tuple[tuple[SujetPublic, str, str, Sequence[SignalementAffiche]], ...]


def fiche_publique(siren: str, signalements: Iterable[SignalementAffiche] = ()) -> FichePublique | None:
    """What everyone reads of a company, and an account's reports where they belong; None when it cannot be read. One
    round trip."""
    tous = LecteurDeDonnees()
    try:
        fiche = fiche_entreprise(siren, lecteur=tous, onglet=SYNTHESE)
    except (Introuvable, SourceIndisponible):
        return None
    if not isinstance(fiche, FicheEntreprise):
        return None
    dites, siens = _dites(fiche, tous), [(_sujet(s), s) for s in signalements if s.signalement.siren == siren]
    lignes = [(x, *dites[x.titre], [s for de, s in siens if de is x]) for x in SUJETS if x.titre in dites]
    return FichePublique(fiche.entreprise, fiche.masquee, tuple(lignes))


def _dites(fiche: FicheEntreprise, lecteur: LecteurDeDonnees) -> Mapping[str, tuple[str, str]]:
    """{subject: (value, source)}, as the Synthèse says them; no index of equality for who declares none."""
    vues, sirene = cartes(fiche, lecteur), origines(fiche, "identite", [])
    lieux = next((f"{p.valeur}{p.precision}" for p in vues.combien.paires if p.titre == "Établissements"), "")
    officiers = [f"{p.valeur} ({p.titre.lower()})" if p.titre != "Et" else f"et {p.valeur}" for p in vues.qui.paires]
    index = next((tuile.valeur for tuile in fiche.tuiles if tuile.source == "egapro"), "")
    chiffres = comptes(fiche.apercu.releves)
    montants = [f"{titre} : {dit}{suite}" for titre, dit, suite in chiffres.lignes] if chiffres else []
    par_nom = {releve.source.nom: releve for releve in fiche.apercu.releves}

    def de(*noms: str) -> str:
        return origines(fiche, "", [par_nom[nom] for nom in noms if nom in par_nom][:1])

    dites = {
        "Dirigeants": (", ".join(officiers), de("rne-dirigeants", "rne")),
        "Siège": (", ".join(vues.qui.adresse), sirene),
        "Activité": (", ".join(filter(None, (vues.qui.activite, vues.qui.codes))), sirene),
        "Établissements": (lieux, sirene),
        "Effectif": (f"{vues.combien.cle}, {vues.combien.perimetre}", sirene),
        "Comptes": (
            ", ".join(montants),
            origines(fiche, "", [chiffres.releve]) if chiffres else de("ratios-financiers"),
        ),
    }
    return dites | {"Index égalité": (index, de("egapro"))} if index else dites


def _sujet(affiche: SignalementAffiche) -> SujetPublic | None:
    dit = affiche.signalement
    de_source = (x for x in SUJETS if dit.source in x.sources)
    return next(de_source, None) or next((x for x in SUJETS if x.rubrique == dit.rubrique), None)
