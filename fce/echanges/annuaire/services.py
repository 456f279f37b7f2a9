"""Writes the directory: entries, by managers or from a file; absences."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.dossiers import departements as territoires
from fce.droits.habilitations.finalites import GROUPES
from fce.echanges.annuaire import couverture, telephones
from fce.echanges.genre import exiger_version
from fce.echanges.models import Absence, EntreeAnnuaire
from fce.echanges.vocabulaire import NatureService, Theme
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide

PRESENTATION_MAX: Final = 1000
COMMUNES_MAX: Final = 2000
CHAMPS_MAX: Final = 5
CHAMP_MAX: Final = 80
MODELE_MAX: Final = 2000
ABSENCE_MAX: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Competence:
    """Content of an entry, as codes. Raises ParametreInvalide for an unknown code or a missing place."""

    nature: str
    territoire: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    groupes_de_donnees: tuple[str, ...] = ()
    recoit_de: tuple[str, ...] = ()
    presentation: str = ""
    champs: tuple[str, ...] = ()
    modele: str = ""
    telephone: str = ""

    def __post_init__(self) -> None:
        permis = (
            ((self.nature,), set(NatureService.values), "genre de service"),
            (self.recoit_de, set(NatureService.values), "genre de service"),
            (self.themes, set(Theme.values), "thème"),
            (self.groupes_de_donnees, GROUPES.keys(), "groupe de données"),
        )
        for codes, connus, quoi in permis:
            if inconnus := [code for code in codes if code not in connus]:
                raise ParametreInvalide(f"Ce n’est pas un {quoi} : « {inconnus[0][:40]} ».")
        if not all(map(territoires.connu, self.territoire)):
            raise ParametreInvalide("Donnez des codes de département, ou FR.")
        if couverture.ranger(self.communes) != self.communes:
            raise ParametreInvalide("Donnez des codes Insee de communes d’aujourd’hui.")
        if not self.territoire and not self.communes:
            raise ParametreInvalide("Dites où votre service est compétent : des départements, des communes, ou FR.")
        if len(self.communes) > COMMUNES_MAX:
            raise ParametreInvalide(f"{COMMUNES_MAX} communes au plus : au-delà, donnez des départements.")
        if telephones.chiffres(self.telephone) != self.telephone:
            raise ParametreInvalide("Donnez le téléphone en chiffres.")
        if len(self.presentation) > PRESENTATION_MAX:
            raise ParametreInvalide(f"La présentation tient en {PRESENTATION_MAX} caractères.")
        if len(self.champs) > CHAMPS_MAX or any(not 0 < len(champ) <= CHAMP_MAX for champ in self.champs):
            raise ParametreInvalide(f"Demandez de préciser {CHAMPS_MAX} choses au plus, en {CHAMP_MAX} signes chacune.")
        if len(set(self.champs)) < len(self.champs):
            raise ParametreInvalide("Vous demandez deux fois la même chose.")
        if len(self.modele) > MODELE_MAX:
            raise ParametreInvalide(f"Le modèle de demande tient en {MODELE_MAX} caractères.")


def ecrire_entree(service: Groupe, competence: Competence, par: str, *, version: int | None = None) -> EntreeAnnuaire:
    """Write the entry of a service, created if missing; nothing is written when it is unchanged.

    ``version``: the version read (0: none yet), or None to overwrite, as a file does. Raises Concurrence.
    """
    voulues: dict[str, Any] = {
        nom: list(valeur) if isinstance(valeur, tuple) else valeur for nom, valeur in asdict(competence).items()
    }
    with ecriture():
        # Lock the group, so that of two concurrent creations the second finds the first.
        Groupe.objects.select_for_update(no_key=True).get(pk=service.pk)
        entree = EntreeAnnuaire.objects.filter(pk=service.pk).first()
        if version is not None:
            exiger_version(version, entree.version if entree else 0, "modifié cette page")
        avant = {nom: getattr(entree, nom) for nom in voulues} if entree else {}
        if entree is not None and avant == voulues:
            return entree
        rang = entree.version + 1 if entree else 1
        departements = list(couverture.departements_de(competence.territoire, competence.communes))
        entree = EntreeAnnuaire(service=service, par=par, version=rang, departements=departements, **voulues)
        entree.save()
        changes = {nom for nom, valeur in voulues.items() if avant.get(nom) != valeur}
        noter(
            par,
            "annuaire_modifie",
            f"groupe-{service.pk}",
            {nom: avant[nom] for nom in sorted(changes) if nom in avant},
            {nom: voulues[nom] for nom in sorted(changes)},
        )
    return entree


def noter_absence(compte: Compte, jusqu_au: date | None, aujourd_hui: date) -> None:
    """Record an absence up to ``jusqu_au`` included; None: present. Raises ParametreInvalide for a past day, or one
    more than a year away."""
    if jusqu_au is None:
        with ecriture():
            Absence.objects.filter(pk=compte.pk).delete()
        return
    if not aujourd_hui <= jusqu_au <= aujourd_hui + ABSENCE_MAX:
        raise ParametreInvalide("Donnez le dernier jour de votre absence : aujourd’hui au plus tôt, dans un an.")
    with ecriture():
        Absence.objects.update_or_create(pk=compte.pk, defaults={"jusqu_au": jusqu_au})
