"""The directory as a file: one row per service, parsed and checked as a data set, and written entirely or not at
all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from fce.droits.comptes import organisations
from fce.droits.comptes.models import Groupe, Organisation
from fce.droits.habilitations.dossiers import departements as territoires
from fce.droits.habilitations.finalites import CONTACTS, GROUPES
from fce.echanges.annuaire import couverture, telephones
from fce.echanges.annuaire.services import Competence, ecrire_entree
from fce.echanges.cellules import ENTRE_LES_MOTS, codes_par_mot, lire_codes
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.vocabulaire import NatureService, Theme
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import FCEError, ImportRefuse, ParametreInvalide
from fce.socle.texte.formats import pluriel
from fce.socle.texte.identifiants import compacter, siren_valide, siret_valide
from fce.sources import lecture
from fce.sources.acces import Secret
from fce.sources.champs import Code, Texte
from fce.sources.declaration import Auto, Csv, Fait, Frequence, Producteur, Source

REJETS_DITS: Final = 20
NOM_MAX: Final = 200


class LigneAnnuaire(Fait):
    """A service. ``organisation``: SIREN or SIRET; lists are separated by « | », or written as a territory."""

    organisation = Code("SIREN ou SIRET de l’administration", "organisation", obligatoire=True)
    administration = Texte("Nom de l’administration", "administration", obligatoire=True)
    service = Texte("Service", "service", obligatoire=True)
    courriel = Texte("Boîte du service", "courriel", optionnelle=True)
    telephone = Texte("Téléphone du service", "telephone", optionnelle=True)
    nature = Code("Genre de service", "nature", obligatoire=True)
    territoire = Texte("Départements, régions ou FR", "territoire", optionnelle=True)
    communes = Texte("Codes Insee de communes", "communes", optionnelle=True)
    themes = Texte("Thèmes", "themes", optionnelle=True)
    groupes = Texte("Groupes de données", "groupes", optionnelle=True)
    recoit_de = Texte("Genres de service qui peuvent lui écrire", "recoit_de", optionnelle=True)
    presentation = Texte("Présentation", "presentation", optionnelle=True)
    champs = Texte("Ce qu’il demande de préciser", "champs", optionnelle=True)
    modele = Texte("Modèle de demande", "modele", optionnelle=True)


FICHIER_ANNUAIRE: Final = Source(
    "echanges-annuaire",
    LigneAnnuaire,
    titre="Annuaire des services",
    producteur=Producteur("equipe", "L’équipe de la fiche commune", ""),
    systeme="FCE",
    acces=Secret(CONTACTS),
    frequence=Frequence.IRREGULIERE,
    cle=("organisation", "service"),
    fichier=Auto(Csv(separateur=";")),
)
_NATURES: Final = codes_par_mot(NatureService.choices)
_THEMES: Final = codes_par_mot(Theme.choices)
_GROUPES: Final = codes_par_mot(GROUPES.items())


class ServiceAInscrire(NamedTuple):
    """A valid row."""

    organisation: str
    administration: str
    service: str
    courriel: str
    competence: Competence


def importer(chemin: Path, par: str) -> tuple[int, int]:
    """Write every service of a file, creating missing administrations and groups. Return the number of rows, and of
    those that changed something. Raises ImportRefuse with the faulty lines: nothing is then written."""
    dits = services_du_fichier(chemin)
    changes = 0
    with ecriture():
        for dit in dits:
            changes += _ecrire(dit, par)
    return len(dits), changes


def services_du_fichier(chemin: Path) -> list[ServiceAInscrire]:
    """Parse and check the services of a file. Raises ImportRefuse."""
    dits: list[ServiceAInscrire] = []
    rejets: list[lecture.Rejet] = []
    for lot in lecture.lire(FICHIER_ANNUAIRE, [chemin], lecture.bornes_de_lecture()):
        rejets += lot.rejets
        for ligne in lot.lignes.iter_rows(named=True):
            try:
                dits.append(_composer(ligne))
            except ParametreInvalide as erreur:
                champ = erreur.details.get("champ")
                rejets.append(lecture.Rejet(ligne["ligne"], str(champ) if champ else None, None, erreur.message))
    if rejets:
        rejets.sort(key=lambda rejet: rejet.ligne)
        dites = [f"ligne {r.ligne}{f', {r.colonne}' if r.colonne else ''} : {r.motif}" for r in rejets[:REJETS_DITS]]
        reste = f" ; et {pluriel(len(rejets) - REJETS_DITS, 'autre')}" if len(rejets) > REJETS_DITS else ""
        raise ImportRefuse(f"Rien n’a été écrit. {' ; '.join(dites)}{reste}.")
    return dits


def _composer(ligne: Mapping[str, Any]) -> ServiceAInscrire:
    numero = compacter(ligne["organisation"])
    if not (siren_valide(numero) or siret_valide(numero)):
        raise ParametreInvalide("ni un SIREN ni un SIRET", champ="organisation")
    courriel = (ligne["courriel"] or "").strip().lower()
    if courriel:
        try:
            validate_email(courriel)
        except ValidationError:
            raise ParametreInvalide("ce n’est pas une adresse électronique", champ="courriel") from None
    competence = Competence(
        _sous("nature", lambda texte: lire_codes(texte, _NATURES), ligne)[0],
        _sous("territoire", lambda texte: territoires.lire_lieux(texte.replace(ENTRE_LES_MOTS, ",")), ligne),
        _sous("communes", couverture.lire_communes, ligne),
        _sous("themes", lambda texte: lire_codes(texte, _THEMES), ligne),
        _sous("groupes", lambda texte: lire_codes(texte, _GROUPES), ligne),
        _sous("recoit_de", lambda texte: lire_codes(texte, _NATURES), ligne),
        (ligne["presentation"] or "").strip(),
        tuple(mot.strip() for mot in (ligne["champs"] or "").split(ENTRE_LES_MOTS) if mot.strip()),
        (ligne["modele"] or "").strip(),
        telephones.chiffres(ligne["telephone"] or ""),
    )
    if len(ligne["service"].strip()) > NOM_MAX:
        raise ParametreInvalide(f"{NOM_MAX} caractères au plus", champ="service")
    return ServiceAInscrire(numero, ligne["administration"].strip(), ligne["service"].strip(), courriel, competence)


def _sous(colonne: str, typer: Callable[[str], tuple[str, ...]], ligne: Mapping[str, Any]) -> tuple[str, ...]:
    """Parse a column; the error names it."""
    try:
        return typer(ligne[colonne] or "")
    except ParametreInvalide as erreur:
        raise ParametreInvalide(erreur.message.rstrip("."), champ=colonne) from None


def _ecrire(dit: ServiceAInscrire, par: str) -> bool:
    organisation = Organisation.objects.filter(numero=dit.organisation).first()
    if organisation is None:
        organisation = organisations.creer(dit.organisation, dit.administration, par)
    groupe = Groupe.objects.filter(organisation=organisation, nom=dit.service).first()
    if groupe is None:
        groupe = organisations.creer_groupe(organisation, dit.service, par, courriel=dit.courriel)
    if groupe.ferme_le is not None or organisation.fermee_le is not None:
        raise ImportRefuse(f"Rien n’a été écrit. {dit.service} : ce service, ou son administration, est fermé.")
    entree = EntreeAnnuaire.objects.filter(pk=groupe.pk).first()
    avant, competence = entree.version if entree else None, dit.competence
    if entree is not None and not competence.telephone:
        # As the mailbox: a file that does not say it leaves it.
        competence = replace(competence, telephone=entree.telephone)
    change = bool(dit.courriel) and groupe.courriel != dit.courriel
    if change:
        organisations.modifier_boite(groupe, dit.courriel, par)
    try:
        entree = ecrire_entree(groupe, competence, par)
    except FCEError as erreur:
        raise ImportRefuse(f"Rien n’a été écrit. {dit.service} : {erreur.message}") from erreur
    return change or entree.version != avant
