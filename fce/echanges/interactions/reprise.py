"""Import of a service's own history: a file parsed as a data set, reported line by line, and written entirely or not at
all. Importing it again adds nothing."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from fce.droits.comptes.models import Groupe
from fce.droits.habilitations.finalites import CONTACTS
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.echanges.cellules import ENTRE_LES_MOTS, codes_par_mot, lire_codes
from fce.echanges.corps import corps_de
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.interactions.services import SaisieContact, champs_de, verifier_contenu, verifier_lieux
from fce.echanges.interactions.textes import contient_nir, signes_de_personne
from fce.echanges.models import Interaction, LieuInteraction
from fce.echanges.objets import CONTACT
from fce.echanges.vocabulaire import GenreInteraction, Theme
from fce.socle.base import limites
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import ImportRefuse, ParametreInvalide
from fce.socle.texte.formats import nombre
from fce.socle.texte.pliage import plier
from fce.sources import lecture
from fce.sources.acces import Secret
from fce.sources.champs import Booleen, Code, Jour, Siret, Texte
from fce.sources.declaration import TOUS, Auto, Csv, Fait, Frequence, Producteur, Source

_JOURS: Final = ("%d/%m/%Y", "%Y-%m-%d")


class ContactRepris(Fait):
    """A past contact from a service's own table. ``reference``: its number there, if any."""

    reference = Code("Référence du service", "reference", optionnelle=True)
    siret = Siret("SIRET", "siret", obligatoire=True)
    jour = Jour("Date du contact", "date", obligatoire=True, formats=_JOURS)
    genre = Code("Genre", "genre", obligatoire=True)
    themes = Texte("Thèmes", "themes", optionnelle=True)
    themes_partages = Booleen("Thèmes dits aux autres services", "themes_partages", optionnelle=True)
    suite = Texte("Suite prévue", "suite", optionnelle=True)
    suite_le = Jour("Suite prévue le", "suite_le", optionnelle=True, formats=_JOURS, futur=True)
    note = Texte("Note", "note", optionnelle=True)


FICHIER: Final = Source(
    "echanges-historique",
    ContactRepris,
    titre="Historique des contacts d’un service",
    producteur=Producteur("service", "Le service qui importe son historique", ""),
    systeme="FCE",
    acces=Secret(CONTACTS),
    frequence=Frequence.IRREGULIERE,
    cle=("siret", "jour", "genre"),
    doublons=TOUS,
    fichier=Auto(Csv(separateur=";")),
)
COLONNES: Final = tuple(champ.colonne for champ in FICHIER.champs.values())
_EXEMPLE: Final = (
    "2026-0412", "<SIRET de 14 chiffres>", "12/03/2026", GenreInteraction.VISITE.label,
    f"{Theme.TRAVAIL.label} {ENTRE_LES_MOTS} {Theme.SANTE_SECURITE.label}", "oui", "nouvelle visite", "15/09/2026",
    "Supprimez cette ligne d’exemple.",
)  # fmt: skip


def modele() -> bytes:
    """The file to fill in: its columns and an example row."""
    tampon = io.StringIO("\ufeff", newline="")
    tampon.seek(0, io.SEEK_END)
    redacteur = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    redacteur.writerows([COLONNES, _EXEMPLE])
    return tampon.getvalue().encode()


OCTETS_MAX: Final = 5 << 20
A_CONFIRMER: Final = "Confirmez d’abord que les textes signalés ne font reconnaître personne."
LIGNES_REPRISES_MAX: Final = 20_000
_LOT: Final = 2_000
_GENRES: Final = codes_par_mot(GenreInteraction.choices)
_THEMES: Final = codes_par_mot(Theme.choices)


class ContactPret(NamedTuple):
    """A valid row. ``cle``: identifies it in a further import."""

    ligne: int
    cle: str
    saisie: SaisieContact


@dataclass(slots=True)
class BilanReprise:
    """Content of a file. ``deja``: rows imported before; ``a_confirmer``: lines whose texts may identify a person."""

    lignes: int = 0
    prets: list[ContactPret] = field(default_factory=list)
    deja: int = 0
    rejets: list[lecture.Rejet] = field(default_factory=list)
    a_confirmer: list[int] = field(default_factory=list)
    avertissements: list[str] = field(default_factory=list)


def verifier_fichier(lecteur: LecteurDeDonnees, service_id: int, chemin: Path) -> BilanReprise:
    """Parse and check a whole file; nothing is written. Raises GesteRefuse, ImportRefuse (whole file)."""
    lecteur.exiger_service(service_id, CONTACT)
    bilan = BilanReprise()
    candidats: list[ContactPret] = []
    for lot in lecture.lire(FICHIER, [chemin], lecture.bornes_de_lecture()):
        bilan.lignes += lot.recues
        if bilan.lignes > LIGNES_REPRISES_MAX:
            raise ImportRefuse(
                f"Ce fichier a plus de {nombre(LIGNES_REPRISES_MAX)} lignes : partagez-le en plusieurs. Rien n’a été "
                "importé."
            )
        bilan.rejets += lot.rejets
        bilan.avertissements += lot.avertissements
        for ligne in lot.lignes.iter_rows(named=True):
            try:
                candidats.append(_composer(lecteur, ligne))
            except ParametreInvalide as erreur:
                bilan.rejets.append(_rejet(ligne["ligne"], erreur))
    _garder(service_id, candidats, bilan)
    bilan.rejets.sort(key=lambda rejet: rejet.ligne)
    return bilan


def importer(lecteur: LecteurDeDonnees, service_id: int, chemin: Path, *, confirme: bool = False) -> BilanReprise:
    """Check a file again and write all its valid rows, or none. ``confirme``: the texts were confirmed.

    Raises GesteRefuse, ImportRefuse, ParametreInvalide (not confirmed).
    """
    bilan = verifier_fichier(lecteur, service_id, chemin)
    if bilan.a_confirmer and not confirme:
        raise ParametreInvalide(A_CONFIRMER)
    lieux = dict(_lieux(bilan.prets))
    with ecriture():
        # Lock, so that of two concurrent imports of a file the second finds the first's rows.
        limites.reserver("reprise-de-contacts", service_id)
        deja = _deja(service_id, bilan.prets)
        nouveaux = [pret for pret in bilan.prets if pret.cle not in deja]
        bilan.deja += len(bilan.prets) - len(nouveaux)
        bilan.prets = nouveaux
        _ecrire(lecteur, Groupe.objects.get(pk=service_id), nouveaux, lieux)
    return bilan


def _composer(lecteur: LecteurDeDonnees, ligne: Mapping[str, Any]) -> ContactPret:
    """The contact of a row. Raises ParametreInvalide (``champ``: column, ``mot``: fault)."""
    genre = _GENRES.get(plier(ligne["genre"]))
    if genre is None:
        raise ParametreInvalide("genre inconnu", champ="genre", mot=ligne["genre"])
    try:
        themes = lire_codes(ligne["themes"], _THEMES)
    except ParametreInvalide as erreur:
        raise ParametreInvalide("thème inconnu", champ="themes", mot=erreur.details["mot"]) from None
    siret, dits, suite = ligne["siret"], bool(ligne["themes_partages"]), ligne["suite"] or ""
    saisie = SaisieContact(
        siret[:9], (siret,), genre, ligne["jour"], themes, dits, suite, ligne["suite_le"], ligne["note"] or ""
    )
    verifier_contenu(lecteur, saisie)
    for nom in ("note", "suite"):
        if contient_nir(ligne[nom] or ""):
            raise ParametreInvalide("numéro de sécurité sociale : retirez-le", champ=nom)
    return ContactPret(ligne["ligne"], _cle(ligne["reference"], saisie), saisie)


def _rejet(ligne: int, erreur: ParametreInvalide) -> lecture.Rejet:
    champ, mot = str(erreur.details["champ"]), erreur.details.get("mot")
    colonne = {"jour": "date", "sirets": "siret"}.get(champ, champ)
    return lecture.Rejet(ligne, colonne, None if mot is None else str(mot)[:200], erreur.message)


def _garder(service_id: int, candidats: Sequence[ContactPret], bilan: BilanReprise) -> None:
    """Keep the rows with a known establishment, without duplicates or those already imported."""
    lieux = dict(_lieux(candidats))
    deja = _deja(service_id, candidats)
    premieres: dict[str, int] = {}
    for pret in candidats:
        try:
            verifier_lieux(pret.saisie, lieux)
        except ParametreInvalide:
            bilan.rejets.append(
                lecture.Rejet(pret.ligne, "siret", pret.saisie.sirets[0], "établissement inconnu de Sirene")
            )
            continue
        if (premiere := premieres.setdefault(pret.cle, pret.ligne)) != pret.ligne:
            bilan.rejets.append(lecture.Rejet(pret.ligne, None, None, f"même contact qu’à la ligne {premiere}"))
        elif pret.cle in deja:
            bilan.deja += 1
        else:
            bilan.prets.append(pret)
            if signes_de_personne(f"{pret.saisie.note}\n{pret.saisie.suite}"):
                bilan.a_confirmer.append(pret.ligne)


def _lieux(prets: Sequence[ContactPret]) -> Iterator[tuple[str, LieuConnu]]:
    sirets = sorted({pret.saisie.sirets[0] for pret in prets})
    for debut in range(0, len(sirets), _LOT):
        yield from lieux_de(sirets[debut : debut + _LOT]).items()


def _deja(service_id: int, prets: Sequence[ContactPret]) -> set[str]:
    """Keys already imported by the service, withdrawn contacts included, so that these do not come back."""
    cles = {pret.cle for pret in prets}
    return set(Interaction.objects.filter(service=service_id, cle_import__in=cles).values_list("cle_import", flat=True))


def _ecrire(
    lecteur: LecteurDeDonnees, service: Groupe, prets: Sequence[ContactPret], lieux: Mapping[str, LieuConnu]
) -> None:
    corps = corps_de(service)
    interactions = Interaction.objects.bulk_create(
        (
            Interaction(
                service=service,
                corps=corps,
                auteur=lecteur.acteur.identifiant,
                cle_import=pret.cle,
                **champs_de(pret.saisie),
            )
            for pret in prets
        ),
        batch_size=_LOT,
    )
    LieuInteraction.objects.bulk_create(
        (
            LieuInteraction(
                interaction=interaction,
                siret=pret.saisie.sirets[0],
                cle_adresse=lieux[pret.saisie.sirets[0]].cle_adresse,
            )
            for pret, interaction in zip(prets, interactions, strict=True)
        ),
        batch_size=_LOT,
    )


def _cle(reference: str | None, saisie: SaisieContact) -> str:
    parties = ("reference", reference) if reference else (saisie.sirets[0], saisie.jour.isoformat(), saisie.genre)
    return hashlib.sha256("\n".join(parties).encode()).hexdigest()
