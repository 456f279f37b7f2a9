"""Organisations that use the service, and their groups. ``droits`` decides what a group may read."""

from datetime import datetime

from django.utils import timezone

from fce.droits.comptes.erreurs import DejaFait
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.models import Groupe, Organisation
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte.identifiants import compacter, siren_valide, siret_valide


def creer(numero: str, nom: str, par: str) -> Organisation:
    """Create an organisation: SIREN (whole body) or SIRET (one service). Raises ParametreInvalide, DejaFait."""
    numero, nom = compacter(numero), _nom(nom, 300)
    if not (siren_valide(numero) or siret_valide(numero)):
        raise ParametreInvalide("Une organisation est désignée par son SIREN ou son SIRET : ce numéro n’en est pas un.")
    with ecriture():
        organisation, nouvelle = Organisation.objects.get_or_create(numero=numero, defaults={"nom": nom})
        if not nouvelle:
            raise DejaFait("Cette organisation existe déjà.")
        noter(par, "organisation_creee", f"organisation-{organisation.pk}", apres={"numero": numero})
    return organisation


def trouver(numero: str) -> Organisation:
    """Return the open organisation with this exact number. Raises Introuvable."""
    organisation = Organisation.objects.filter(numero=compacter(numero), fermee_le=None).first()
    if organisation is None:
        raise Introuvable("Aucune organisation ouverte n’a ce numéro.")
    return organisation


def creer_groupe(organisation: Organisation, nom: str, par: str, *, courriel: str = "") -> Groupe:
    """Create a group of an organisation. Raises ParametreInvalide, DejaFait."""
    nom = _nom(nom, 200)
    with ecriture():
        groupe, nouveau = Groupe.objects.get_or_create(
            organisation=organisation, nom=nom, defaults={"courriel": courriel}
        )
        if not nouveau:
            raise DejaFait("Cette organisation a déjà un groupe de ce nom.")
        noter(par, "groupe_cree", f"groupe-{groupe.pk}", apres={"organisation": organisation.pk})
    return groupe


def trouver_groupe(organisation: Organisation, nom: str) -> Groupe:
    """Return an open group by its exact name. Raises Introuvable."""
    groupe = Groupe.objects.filter(organisation=organisation, nom=nom.strip(), ferme_le=None).first()
    if groupe is None:
        raise Introuvable("Cette organisation n’a aucun groupe ouvert de ce nom.")
    return groupe


def renommer(objet: Organisation | Groupe, nom: str, par: str) -> None:
    """Rename an organisation or a group. Raises ParametreInvalide, DejaFait (name taken in the organisation)."""
    nom = _nom(nom, 300 if isinstance(objet, Organisation) else 200)
    with ecriture():
        if isinstance(objet, Groupe):
            homonymes = Groupe.objects.filter(organisation_id=objet.organisation_id, nom=nom)
            if homonymes.exclude(pk=objet.pk).exists():
                raise DejaFait("Cette organisation a déjà un groupe de ce nom.")
        avant = objet.nom
        type(objet).objects.filter(pk=objet.pk).update(nom=nom)
        noter(par, "renommage", _objet(objet), avant={"nom": avant}, apres={"nom": nom})


def modifier_effectif(organisation: Organisation, agents: int | None, par: str) -> None:
    """Set the number of agents that the organisation declares as users; None: undeclared."""
    _changer(organisation, "agents_declares", agents, par, "effectif_declare", "agents")


def modifier_boite(groupe: Groupe, courriel: str, par: str) -> None:
    """Set a group's mailbox, an address already validated."""
    _changer(groupe, "courriel", courriel, par, "boite", "courriel")


def _changer(objet: Organisation | Groupe, champ: str, valeur: object, par: str, action: str, nom: str) -> None:
    with ecriture():
        avant = getattr(objet, champ)
        objet.changer(**{champ: valeur})
        noter(par, action, _objet(objet), avant={nom: avant}, apres={nom: valeur})


def fermer(objet: Organisation | Groupe, par: str, motif: str) -> None:
    """Close an organisation or a group: its habilitations stop at the next request. Raises DejaFait, ParametreInvalide
    (no reason)."""
    if len(motif.strip()) < 5:
        raise ParametreInvalide("Dites pourquoi, en une phrase.")
    _fermeture(objet, par, timezone.now(), {"motif": motif.strip()[:200]})


def rouvrir(objet: Organisation | Groupe, par: str) -> None:
    """Reopen; habilitations have kept expiring meanwhile. Raises DejaFait."""
    _fermeture(objet, par, None, {})


def _fermeture(objet: Organisation | Groupe, par: str, instant: datetime | None, apres: dict[str, str]) -> None:
    champ = "fermee_le" if isinstance(objet, Organisation) else "ferme_le"
    ouverte = instant is not None
    with ecriture():
        a_changer = type(objet)._default_manager.filter(pk=objet.pk, **{f"{champ}__isnull": ouverte})
        if not a_changer.update(**{champ: instant}):
            raise DejaFait("C’est déjà fait : quelqu’un vient de fermer ou de rouvrir.")
        noter(par, "fermeture" if ouverte else "reouverture", _objet(objet), apres=apres)


def _objet(objet: Organisation | Groupe) -> str:
    return f"{'organisation' if isinstance(objet, Organisation) else 'groupe'}-{objet.pk}"


def _nom(nom: str, longueur: int) -> str:
    nom = " ".join(nom.split())
    if not 0 < len(nom) <= longueur:
        raise ParametreInvalide(f"Donnez un nom de {longueur} caractères au plus.")
    return nom
