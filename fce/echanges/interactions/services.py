"""Contacts: written, changed, withdrawn, in the name of a service. Every former version is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, NamedTuple

from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.acces import services_habilites
from fce.echanges.corps import corps_de
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.erreurs import GesteImpossible
from fce.echanges.genre import exiger_version
from fce.echanges.interactions.textes import verifier_textes
from fce.echanges.models import Interaction, LieuInteraction, PieceJointe, VersionInteraction
from fce.echanges.models.commun import NOTE_MAX, TRENTE_SIX_MOIS
from fce.echanges.objets import CONTACT
from fce.echanges.pieces import services as pieces_jointes
from fce.echanges.pieces.gardees import PieceDeposee
from fce.echanges.pieces.reception import Piece
from fce.echanges.suivis.annonces import annoncer_un_contact
from fce.echanges.visites import passages
from fce.echanges.vocabulaire import GenreInteraction, Theme
from fce.socle.base.ecriture import ecriture
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.web.evenements import signaler

LIEUX_MAX: Final = 50
PARTAGES_MAX: Final = 20
SUITE_MAX: Final = 300
_INCONNU: Final = "Ce contact n’existe pas, ou n’est pas de votre service."


class SaisieContact(NamedTuple):
    """Content of a contact. ``partages``: other services that may read it."""

    siren: str
    sirets: tuple[str, ...]
    genre: str
    jour: date
    themes: tuple[str, ...] = ()
    themes_partages: bool = False
    suite: str = ""
    suite_le: date | None = None
    note: str = ""
    partages: frozenset[int] = frozenset()


def ecrire(
    lecteur: LecteurDeDonnees,
    service_id: int,
    saisie: SaisieContact,
    *,
    pieces: Sequence[Piece] = (),
    confirme: bool = False,
    ensuite: Callable[[Interaction], object] | None = None,
) -> Interaction:
    """Write a contact in the name of a service. ``confirme``: the author has confirmed the texts; ``ensuite``: called
    in the same transaction, so that a failure undoes both.

    Raises GesteRefuse, ParametreInvalide, TexteRefuse, TexteAConfirmer, PieceRefusee, DepotDePiecesIndisponible.
    """
    lecteur.exiger_service(service_id, CONTACT)
    lieux = verifier_saisie(lecteur, service_id, saisie, confirme=confirme)
    with pieces_jointes.deposees(pieces) as deposees, ecriture():
        interaction = ajouter_contact(lecteur, service_id, saisie, lieux, pieces=deposees)
        if ensuite is not None:
            ensuite(interaction)
    return interaction


def ajouter_contact(
    lecteur: LecteurDeDonnees,
    service_id: int,
    saisie: SaisieContact,
    lieux: Mapping[str, LieuConnu],
    *,
    pieces: Sequence[PieceDeposee] = (),
    cle_import: str = "",
) -> Interaction:
    """Write the rows of a checked contact in the caller's transaction. ``cle_import``: see the model."""
    service, par = Groupe.objects.get(pk=service_id), lecteur.acteur.identifiant
    interaction = Interaction.objects.create(
        service=service, corps=corps_de(service), auteur=par, cle_import=cle_import, **champs_de(saisie)
    )
    _attacher(interaction, saisie, lieux, pieces, par)
    annoncer_un_contact(interaction)
    passages.demander(interaction)
    signaler("contact_note", qui=par, service=interaction.corps)
    return interaction


def modifier(
    lecteur: LecteurDeDonnees,
    numero: int,
    saisie: SaisieContact,
    *,
    version: int,
    pieces: Sequence[Piece] = (),
    confirme: bool = False,
) -> Interaction:
    """Change a contact of one's own service, keeping its former version. ``version``: the version read.

    Raises Introuvable (unknown, or another service's), Concurrence, GesteImpossible (withdrawn), and what ``ecrire``
    raises. The SIREN does not change.
    """
    service_id = service_de(lecteur, numero)
    lieux = verifier_saisie(lecteur, service_id, saisie, confirme=confirme)
    with pieces_jointes.deposees(pieces) as deposees, _changee(lecteur, numero, version) as interaction:
        if saisie.siren != interaction.siren:
            raise ParametreInvalide("Un contact ne change pas d’entreprise : retirez-le, puis notez-en un autre.")
        for nom, valeur in champs_de(saisie).items():
            setattr(interaction, nom, valeur)
        interaction.lieux.all().delete()
        _attacher(interaction, saisie, lieux, deposees, lecteur.acteur.identifiant)
        passages.demander(interaction)
    return interaction


def retirer(lecteur: LecteurDeDonnees, numero: int, *, version: int) -> None:
    """Withdraw a contact of one's own service: hidden from the others, kept there with its history.

    Raises Introuvable, Concurrence, GesteImpossible (already withdrawn).
    """
    service_de(lecteur, numero)
    with _changee(lecteur, numero, version) as interaction:
        interaction.retiree_le = lecteur.maintenant


def retirer_piece(lecteur: LecteurDeDonnees, numero: int, cle: uuid.UUID, *, version: int) -> None:
    """Remove an attachment from a contact of one's own service; its name stays in the history.

    Raises Introuvable, Concurrence, GesteImpossible.
    """
    service_de(lecteur, numero)
    with _changee(lecteur, numero, version) as interaction:
        if not PieceJointe.objects.filter(pk=cle, interaction=interaction).delete()[0]:
            raise Introuvable("Cette pièce n’est plus jointe à ce contact.")


def service_de(lecteur: LecteurDeDonnees, numero: int) -> int:
    """The service of a contact in whose name the reader may write. Raises Introuvable for any other contact."""
    service = Interaction.objects.filter(pk=numero).values_list("service_id", flat=True).first()
    if service is None or service not in lecteur.services(CONTACT):
        raise Introuvable(_INCONNU)
    return int(service)


def verifier_saisie(
    lecteur: LecteurDeDonnees, service_id: int, saisie: SaisieContact, *, confirme: bool
) -> dict[str, LieuConnu]:
    """Check the content of a contact and return {SIRET: place}; nothing is written.

    Raises ParametreInvalide (``champ``: the faulty one), TexteRefuse, TexteAConfirmer.
    """
    verifier_contenu(lecteur, saisie)
    lieux = lieux_de(saisie.sirets)
    verifier_lieux(saisie, lieux)
    if saisie.partages:
        lisants = {service.pk for service in services_habilites(lecteur.aujourd_hui)} - {service_id}
        if not saisie.partages <= lisants or len(saisie.partages) > PARTAGES_MAX:
            raise ParametreInvalide(
                f"Choisissez {PARTAGES_MAX} services au plus, parmi ceux qui sont habilités à lire les contacts.",
                champ="partages",
            )
    verifier_textes((saisie.note, saisie.suite), confirme=confirme)
    return lieux


def verifier_contenu(lecteur: LecteurDeDonnees, saisie: SaisieContact) -> None:
    """Check kind, days, themes and lengths, without a query. Raises ParametreInvalide."""
    fautes = (
        (saisie.genre not in GenreInteraction.values, "genre", "Choisissez le genre du contact."),
        (saisie.jour > lecteur.aujourd_hui, "jour", "Un contact a déjà eu lieu : sa date ne peut pas être à venir."),
        (
            saisie.jour < lecteur.aujourd_hui - TRENTE_SIX_MOIS,
            "jour",
            "Un contact de plus de 36 mois n’est plus gardé : sa date est trop ancienne.",
        ),
        (bool(set(saisie.themes) - set(Theme.values)), "themes", "Choisissez les thèmes dans la liste."),
        (len(saisie.suite) > SUITE_MAX, "suite", f"Dites la suite prévue en {SUITE_MAX} signes au plus."),
        (
            saisie.suite_le is not None and saisie.suite_le < saisie.jour,
            "suite_le",
            "La suite prévue ne peut pas précéder le contact.",
        ),
        (len(saisie.note) > NOTE_MAX, "note", f"Une note a {NOTE_MAX} signes au plus."),
        (not saisie.sirets, "sirets", "Choisissez au moins un établissement."),
        (len(set(saisie.sirets)) > LIEUX_MAX, "sirets", f"Choisissez {LIEUX_MAX} établissements au plus."),
    )
    for faute, champ, phrase in fautes:
        if faute:
            raise ParametreInvalide(phrase, champ=champ)


def verifier_lieux(saisie: SaisieContact, lieux: Mapping[str, LieuConnu]) -> None:
    """Check that the establishments are known and belong to the company. Raises ParametreInvalide."""
    for siret in saisie.sirets:
        lieu = lieux.get(siret)
        if lieu is None or lieu.siren != saisie.siren:
            raise ParametreInvalide("Cet établissement n’est pas de cette entreprise, dans Sirene.", champ="sirets")


def champs_de(saisie: SaisieContact) -> dict[str, Any]:
    """Columns of a contact, from its content."""
    dit = {nom: getattr(saisie, nom) for nom in ("siren", "genre", "jour", "themes_partages", "suite_le")}
    return dit | {"themes": sorted(set(saisie.themes)), "suite": saisie.suite.strip(), "note": saisie.note.strip()}


def _attacher(
    interaction: Interaction,
    saisie: SaisieContact,
    lieux: Mapping[str, LieuConnu],
    pieces: Sequence[PieceDeposee],
    par: str,
) -> None:
    """Write the places, readers and attachments of a contact."""
    LieuInteraction.objects.bulk_create(
        LieuInteraction(interaction=interaction, siret=siret, cle_adresse=lieux[siret].cle_adresse)
        for siret in sorted(set(saisie.sirets))
    )
    interaction.partages.set(saisie.partages)
    pieces_jointes.ajouter_pieces(pieces, interaction=interaction, service=interaction.service_id, par=par)


@contextmanager
def _changee(lecteur: LecteurDeDonnees, numero: int, version: int) -> Iterator[Interaction]:
    """Lock a contact, keep its former content, then save it with the next version.

    The row is locked first, so that concurrent changes are serialised.
    """
    with ecriture():
        interaction = trouver_ligne(Interaction.objects.select_for_update(), numero, _INCONNU)
        exiger_version(version, interaction.version, "modifié ce contact")
        if interaction.retiree_le is not None:
            raise GesteImpossible("Ce contact est retiré : il ne se modifie plus.")
        avant = contenu(interaction)
        yield interaction
        VersionInteraction.objects.create(
            interaction=interaction, numero=interaction.version, contenu=avant, par=lecteur.acteur.identifiant
        )
        interaction.version += 1
        interaction.save()


def contenu(interaction: Interaction) -> dict[str, Any]:
    """Content of a contact for its history (JSON)."""
    dit = {nom: getattr(interaction, nom) for nom in ("genre", "themes", "themes_partages", "suite", "note")}
    return dit | {
        "jour": interaction.jour.isoformat(),
        "suite_le": interaction.suite_le.isoformat() if interaction.suite_le else None,
        "sirets": [lieu.siret for lieu in interaction.lieux.all()],
        "partages": sorted(interaction.partages.values_list("pk", flat=True)),
        "pieces": list(interaction.pieces.values_list("nom", flat=True)),
    }
