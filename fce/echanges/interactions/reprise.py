"""A service imports its own history: a file read by the readers of the data sets, reported line by line, then written
whole or not at all. The same file again adds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fce.comptes.models import Groupe
from fce.droits.lecteur import LecteurDeDonnees
from fce.echanges.corps import corps_de
from fce.echanges.croisements.adresses import LieuConnu, lieux_de
from fce.echanges.interactions.fichier import FICHIER
from fce.echanges.interactions.services import SaisieContact, champs_de, verifier_contenu, verifier_lieux
from fce.echanges.interactions.textes import contient_nir, signes_de_personne
from fce.echanges.listes import codes_par_mot, lire_codes
from fce.echanges.models import Interaction, LieuInteraction
from fce.echanges.objets import CONTACT
from fce.echanges.vocabulaire import GenreInteraction, Theme
from fce.socle import limites
from fce.socle.base import ecriture
from fce.socle.erreurs import ImportRefuse, ParametreInvalide
from fce.socle.formats import nombre
from fce.socle.texte import plier
from fce.sources import lecture

OCTETS_MAX: Final = 5 << 20
LIGNES_REPRISES_MAX: Final = 20_000
_LOT: Final = 2_000
_GENRES: Final = codes_par_mot(GenreInteraction.choices)
_THEMES: Final = codes_par_mot(Theme.choices)


@dataclass(frozen=True, slots=True)
class ContactPret:
    """A row that may be written. ``cle``: what it is recognised by when it comes again."""

    ligne: int
    cle: str
    saisie: SaisieContact


@dataclass(slots=True)
class BilanReprise:
    """What a file holds. ``deja``: rows imported before; ``a_confirmer``: lines whose texts may tell of somebody."""

    lues: int = 0
    prets: list[ContactPret] = field(default_factory=list)
    deja: int = 0
    rejets: list[lecture.Rejet] = field(default_factory=list)
    a_confirmer: list[int] = field(default_factory=list)
    avertissements: list[str] = field(default_factory=list)


def verifier_fichier(lecteur: LecteurDeDonnees, service_id: int, chemin: Path) -> BilanReprise:
    """Read and check a whole file; nothing is written. Raises GesteRefuse, ImportRefuse (the file as a whole)."""
    lecteur.exiger_service(service_id, CONTACT)
    bilan = BilanReprise()
    candidats: list[ContactPret] = []
    for lot in lecture.lire(FICHIER, [chemin], lecture.bornes_de_lecture()):
        bilan.lues += lot.lues
        if bilan.lues > LIGNES_REPRISES_MAX:
            raise ImportRefuse(
                f"Ce fichier a plus de {nombre(LIGNES_REPRISES_MAX)} lignes : partagez-le en plusieurs. Rien n’a été "
                "importé."
            )
        bilan.rejets += lot.rejets
        bilan.avertissements += lot.avertissements
        for ligne in lot.lignes.iter_rows(named=True):
            pret = _composer(lecteur, ligne, bilan.rejets)
            if pret is not None:
                candidats.append(pret)
    _garder(service_id, candidats, bilan)
    bilan.rejets.sort(key=lambda rejet: rejet.ligne)
    return bilan


def importer(lecteur: LecteurDeDonnees, service_id: int, chemin: Path, *, confirme: bool = False) -> BilanReprise:
    """Check a file again and write what it holds: all its good rows, or none. ``confirme``: texts were looked at twice.

    Raises GesteRefuse, ImportRefuse, ParametreInvalide (not confirmed).
    """
    bilan = verifier_fichier(lecteur, service_id, chemin)
    if bilan.a_confirmer and not confirme:
        raise ParametreInvalide("Confirmez d’abord que les textes signalés ne font reconnaître personne.")
    lieux = dict(_lieux(bilan.prets))
    with ecriture():
        # Of two who send the same file together, the second one finds what the first one wrote.
        limites.reserver("reprise-de-contacts", service_id)
        deja = _deja(service_id, bilan.prets)
        nouveaux = [pret for pret in bilan.prets if pret.cle not in deja]
        bilan.deja += len(bilan.prets) - len(nouveaux)
        bilan.prets = nouveaux
        _ecrire(lecteur, Groupe.objects.get(pk=service_id), nouveaux, lieux)
    return bilan


def _composer(lecteur: LecteurDeDonnees, ligne: Mapping[str, Any], rejets: list[lecture.Rejet]) -> ContactPret | None:
    """The contact of a row, None when a rejection is added instead."""
    genre = _GENRES.get(plier(ligne["genre"]))
    if genre is None:
        rejets.append(lecture.Rejet(ligne["ligne"], "genre", ligne["genre"][:200], "genre inconnu"))
        return None
    try:
        themes = lire_codes(ligne["themes"], _THEMES)
    except ParametreInvalide as erreur:
        rejets.append(lecture.Rejet(ligne["ligne"], "themes", str(erreur.details["mot"])[:200], "thème inconnu"))
        return None
    saisie = SaisieContact(
        siren=ligne["siret"][:9],
        sirets=(ligne["siret"],),
        genre=genre,
        jour=ligne["jour"],
        themes=themes,
        themes_partages=bool(ligne["themes_partages"]),
        suite=ligne["suite"] or "",
        suite_le=ligne["suite_le"],
        note=ligne["note"] or "",
    )
    try:
        verifier_contenu(lecteur, saisie)
    except ParametreInvalide as erreur:
        rejets.append(lecture.Rejet(ligne["ligne"], _colonne(str(erreur.details["champ"])), None, erreur.message))
        return None
    for nom in ("note", "suite"):
        if contient_nir(ligne[nom] or ""):
            rejets.append(lecture.Rejet(ligne["ligne"], nom, None, "numéro de sécurité sociale : retirez-le"))
            return None
    return ContactPret(ligne["ligne"], _cle(ligne["reference"], saisie), saisie)


def _garder(service_id: int, candidats: Sequence[ContactPret], bilan: BilanReprise) -> None:
    """Keep the rows whose establishment is known, once each, that were not imported before."""
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
    """Keys that the service has imported already, withdrawn contacts among them: they do not come back."""
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


def _colonne(champ: str) -> str:
    return {"jour": "date", "sirets": "siret"}.get(champ, champ)
