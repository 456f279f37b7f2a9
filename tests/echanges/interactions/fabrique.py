"""Services that write contacts, the companies concerned, and attached files."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from fce.droits.comptes.models import Compte, Groupe
from fce.droits.habilitations.finalites import PROFILS, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.echanges.interactions import services
from fce.echanges.interactions.services import SaisieContact
from fce.echanges.models import Interaction
from tests.acces.acteurs import dossier
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c

SIREN = f.siren_no(1300)
SIRET = f.siret_no(SIREN)
SIRETS = [f.siret_no(SIREN, n) for n in range(1, 5)]
AUTRE_SIREN = f.siren_no(1301)
AUTRE_SIRET = f.siret_no(AUTRE_SIREN)
MASQUE = f.siren_no(1302)
NOTE = "MRK-NOTE les registres seront présentés"
SUITE = "MRK-SUITE retour au printemps"


def hier(jours: int = 1) -> date:
    return timezone.localdate() - timedelta(days=jours)


def adresse(commune: str = "59350", numero: str = "12") -> dict[str, str]:
    return {
        "numero_voie": numero,
        "type_voie": "RUE",
        "libelle_voie": "DES ESSAIS",
        "code_commune": commune,
        "libelle_commune": {"59350": "LILLE", "62041": "ARRAS", "75056": "PARIS"}.get(commune, "AILLEURS"),
        "code_postal": f"{commune[:2]}000",
    }


def peupler() -> None:
    """A company of four establishments (two of the Nord), another one, and a masked person."""
    f.unites(
        f.unite(SIREN, denomination="MINOTERIE DES ESSAIS"),
        f.unite(AUTRE_SIREN, denomination="AUTRE ENTREPRISE"),
        f.unite(MASQUE, statut_diffusion="P", categorie_juridique="1000", nom="SECRET", prenom_1="ANNE"),
    )
    f.lieux(
        f.lieu(SIREN, 1, **adresse("75056")),
        f.lieu(SIREN, 2, **adresse("62041")),
        f.lieu(SIREN, 3, **adresse("59350")),
        f.lieu(SIREN, 4, **adresse("59350", "14"), statut_diffusion="P"),
        f.lieu(AUTRE_SIREN, 1, **adresse("59350")),
        f.lieu(MASQUE, 1, **adresse("75056"), statut_diffusion="P"),
        f.lieu(MASQUE, 2, **adresse("59350"), statut_diffusion="P"),
    )


@dataclass(frozen=True)
class Service:
    """A team with a habilitation, and one of its agents, signed in with a purpose confirmed."""

    groupe: Groupe
    compte: Compte
    client: Client
    finalite: str

    def lecteur(self, *, confirmee: bool = True, mfa: bool = True) -> LecteurDeDonnees:
        return LecteurDeDonnees(
            acteur_de(self.compte, mfa=mfa), finalite=self.finalite if confirmee else None, usuelle=True
        )

    def note(self, **differences: Any) -> Interaction:
        return services.ecrire(self.lecteur(), self.groupe.pk, saisie(**differences))


def service(
    nom: str = "Inspection", profil: str = "inspection-travail", *, droits: tuple[str, ...] = (), **compte: Any
) -> Service:
    groupe = c.groupe(nom=f"{nom} {c.groupe().pk}", courriel=f"{nom.lower()}@service.example")
    agent = c.compte(**compte)
    c.appartenance(agent, groupe)
    dossier(groupe, profil, ("59",), droits=droits or (Droit.CONSULTER, Droit.EXPORTER, Droit.MESSAGE))
    client, finalite = Client(), PROFILS[profil].finalites[0]
    c.connecter(client, agent, finalite=finalite)
    return Service(groupe, agent, client, finalite)


def sans_finalite(de: Service) -> Client:
    """The agent in another browser, without confirmed purpose."""
    return c.client_de(de.compte)


def saisie(**differences: Any) -> SaisieContact:
    return SaisieContact(
        **{
            "siren": SIREN,
            "sirets": (SIRET,),
            "genre": "visite",
            "jour": hier(),
            "themes": ("travail",),
            "suite": SUITE,
            "note": NOTE,
            **differences,
        }
    )


def formulaire(de: Service, **differences: Any) -> dict[str, Any]:
    return {
        "service": de.groupe.pk,
        "genre": "visite",
        "jour": hier().isoformat(),
        "sirets": [SIRET],
        "themes": ["travail"],
        "suite": SUITE,
        "note": NOTE,
        **differences,
    }


def png(largeur: int = 2, hauteur: int = 2, suite: bytes = b"") -> bytes:
    def morceau(nom: bytes, donnees: bytes) -> bytes:
        return struct.pack(">I", len(donnees)) + nom + donnees + struct.pack(">I", zlib.crc32(nom + donnees))

    tete = struct.pack(">IIBBBBB", largeur, hauteur, 8, 0, 0, 0, 0)
    donnees = zlib.compress(b"\0" * 16)
    return b"\x89PNG\r\n\x1a\n" + morceau(b"IHDR", tete) + morceau(b"IDAT", donnees) + morceau(b"IEND", b"") + suite


def image(nom: str = "photo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, png(), content_type="image/png")
