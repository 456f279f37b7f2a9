"""Write, sign and withdraw a declaration. Nobody opens rights alone: two people of the team sign, and the data
protection officer for what is reserved."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Max
from django.utils import timezone

from fce.donnees.declarations import forme
from fce.donnees.declarations.exploration import Exploration
from fce.donnees.declarations.models import DeclarationDeSource, SignatureDeDeclaration
from fce.donnees.declarations.selectors import manquantes
from fce.donnees.declarations.vigueur import TACHE
from fce.droits.comptes.evenements import noter
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import mandats_de
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ParametreInvalide
from fce.socle.travaux.file_d_attente import demander
from fce.sources import registre
from fce.sources.declaration import Source

SIGNATAIRES: Final = (Mandats.EQUIPE, Mandats.DPO)


def ouvrir_brouillon(nom: str, auteur: Compte) -> DeclarationDeSource:
    """The draft of the next version of this source, with the contents of the version in force if any.

    Raises ParametreInvalide when a ``source.py`` has the name, or a draft is open.
    """
    if nom in registre.du_catalogue():
        raise ParametreInvalide(f"« {nom} » est le nom d’une source du catalogue.")
    with ecriture():
        autres = DeclarationDeSource.objects.filter(nom=nom)
        if autres.filter(demandee_le=None, retiree_le=None).exists():
            raise ParametreInvalide(f"Un brouillon de « {nom} » est déjà ouvert.")
        derniere = autres.exclude(en_vigueur_le=None).first()
        version = (autres.aggregate(n=Max("version"))["n"] or 0) + 1
        contenu = derniere.contenu if derniere else {"name": nom}
        return DeclarationDeSource.objects.create(nom=nom, version=version, auteur=auteur, contenu=contenu)


def garder(
    declaration: DeclarationDeSource, contenu: dict[str, Any], etape: int, exploration: Exploration | None = None
) -> None:
    """Keep a step of a draft, whole or not; its signatures are erased. Raises ParametreInvalide once it is signed."""
    with ecriture():
        _ouverte(declaration)
        if contenu.get("name") != declaration.nom:
            raise ParametreInvalide("Une source garde le nom de son brouillon.")
        declaration.signatures.all().delete()
        vue = exploration._asdict() if exploration else declaration.exploration
        atteinte = max(etape, declaration.etape)
        declaration.changer(contenu=contenu, etape=atteinte, exploration=vue, ecrite_le=timezone.now())


def declarer(texte: str | bytes, auteur: Compte) -> DeclarationDeSource:
    """The draft of a whole declaration written in JSON. Raises ParametreInvalide."""
    contenu = forme.lire_json(texte)
    source = forme.construire(contenu)
    with ecriture():
        brouillon = ouvrir_brouillon(source.nom, auteur)
        garder(brouillon, contenu, 5)
    return brouillon


def signer(declaration: DeclarationDeSource, par: Compte, qualite: str) -> list[str]:
    """Sign a draft as ``qualite`` (a mandate of ``SIGNATAIRES``); return the qualities still missing. The last
    signature asks the worker to put the version in force.

    Raises ParametreInvalide: an invalid declaration, one's second signature, a mandate that one does not hold, a data
    officer of the producer.
    """
    with ecriture():
        _ouverte(declaration)
        source = forme.construire(declaration.contenu)
        _exiger_signataire(source, par, qualite)
        if declaration.signatures.filter(par=par).exists():
            raise ParametreInvalide("Vous avez déjà signé : la seconde signature est celle d’une autre personne.")
        SignatureDeDeclaration.objects.create(declaration=declaration, par=par, qualite=qualite)
        noter(par.identifiant, "declaration_signee", declaration.nom, apres={"version": declaration.version})
        if not (restent := manquantes(declaration, source)):
            declaration.changer(demandee_le=timezone.now(), exploration=None)
            demander(TACHE)
    return restent


def retirer(declaration: DeclarationDeSource, par: Compte) -> None:
    """Close at once what is in force, or abandon a draft: the worker empties the view, then erases the tables after the
    delay that the declaration says."""
    with ecriture():
        brouillon = {"pk": declaration.pk} if declaration.demandee_le is None else {}
        vivantes = DeclarationDeSource.objects.filter(nom=declaration.nom, retiree_le=None, **brouillon)
        vivantes.update(retiree_le=timezone.now(), exploration=None)
        noter(par.identifiant, "declaration_retiree", declaration.nom, apres={"version": declaration.version})
        demander(TACHE)


def _ouverte(declaration: DeclarationDeSource) -> None:
    trouvee = DeclarationDeSource.objects.select_for_update().get(pk=declaration.pk)
    if trouvee.demandee_le or trouvee.retiree_le:
        raise ParametreInvalide("Cette version est signée ou retirée : elle ne change plus.")
    declaration.contenu = trouvee.contenu


def _exiger_signataire(source: Source, par: Compte, qualite: str) -> None:
    tenus = mandats_de(par)
    if qualite not in SIGNATAIRES or qualite not in tenus:
        raise ParametreInvalide("Votre mandat ne permet pas de signer à ce titre.")
    if source.producteur.code in tenus.get(Mandats.DEPOT, ()):
        raise ParametreInvalide("Un producteur ne signe pas la déclaration de ses propres données.")
