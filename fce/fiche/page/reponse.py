"""Contacts of the reader's trade: a sentence, and the places of his territory without one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.commun import nommer_lieu
from fce.fiche.formes.contenu import Bloc, EtatBloc, Fiche, FicheEntreprise
from fce.fiche.page.contacts import ContactSitue, contacts_restants, regardees, unites
from fce.fiche.page.origines import court
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.web import liens

SANS_MONTRES: Final = 9
ABSENCES: Final = (("Aucun ", "un ", "Le dernier "), ("Aucune ", "une ", "La dernière "))
"""(start of the sentence of an empty source, its article, start of the sentence of the latest)."""


class Puce(NamedTuple):
    """A link that chooses what is shown; ``courant``: already chosen."""

    texte: str
    adresse: str
    courant: bool = False


class LieuSansContact(NamedTuple):
    """An establishment without a known contact of the trade, its alarms, and what else is known of it."""

    titre: str
    adresse: str
    alarmes: str
    detail: str


@dataclass(frozen=True, slots=True)
class SansContact:
    """``nombre``: open establishments of the territory without a known contact; ``regards``: what was looked at."""

    titre: str
    regards: str
    lieux: tuple[LieuSansContact, ...]
    suite: Puce | None
    tri: Puce


class ReponseDuMetier:
    """The contacts of the reader's trade, in one sentence. ``vistes``: open establishments of his
    territory with one; ``jamais``: number of those without; ``complete``: nothing was left unread."""

    def __init__(self, fiche: Fiche, lecteur: LecteurDeDonnees, siens: Sequence[ContactSitue]) -> None:
        self.fiche, self.siens, self.corps = fiche, siens, lecteur.corps
        self.blocs = [b for b in regardees(fiche, tous=True) if du_metier(b, lecteur.corps)]
        self.ici = lecteur.territoire if fiche.unite.entreprise else frozenset[str]()
        regardes = [b for b in self.blocs if b.etat in (EtatBloc.DONNEES, EtatBloc.AUCUNE)]
        caches = contacts_restants(fiche)
        self.complete = (
            len(regardes) == len(self.blocs) > 0
            and all(b.perimetre.entier for b in regardes)
            and not any(n for corps, n in caches.items() if corps in lecteur.corps)
            and not fiche.apercu.echanges.tronques
            and all(c.departement or not c.siret for c in siens)
        )
        absence = next((b.source.absence for b in regardes if b.source), "Aucun contact connu de vos services")
        self.article, self.le_dernier = next(
            ((a, d) for debut, a, d in ABSENCES if absence.startswith(debut)), ("un ", "Le dernier ")
        )
        self.nom = absence.partition(" ")[2]
        self.regards = ", ".join(f"fichier de {court(p)}{p.datee}" for b in regardes for p in b.provenances)
        self.ouverts = sum(n for d, n in fiche.apercu.ouverts.items() if d in self.ici)
        self.vistes = self._visites_ouvertes()
        self.jamais = max(0, self.ouverts - len(self.vistes)) if self.ici else 0

    def _visites_ouvertes(self) -> frozenset[str]:
        connus = {e.siret for e in self.fiche.apercu.ici}
        lieux = self.fiche.apercu.lieux
        return frozenset(
            c.siret
            for c in self.siens
            if c.departement in self.ici and (c.siret in connus or (c.siret in lieux and lieux[c.siret].etat == "A"))
        )

    def phrase(self) -> SafeString | str:
        if not self.siens:
            return f"Aucun{'e' if self.article == 'une ' else ''} {self.nom}." if self.complete else ""
        if not self.ici or not self.ouverts or not self.complete:
            return self._dernier(self.siens[0])
        dernier = next((c for c in self.siens if c.siret in self.vistes), None)
        if dernier is None:
            aucun = (
                f"Chez vous, aucun{'e' if self.article == 'une ' else ''} {self.nom} : {self._places(self.ouverts)}."
            )
            return format_html("<strong>{}</strong> {}", aucun, self._dernier(self.siens[0]))
        reste = (
            format_html(" ; <strong>{}</strong>", f"{nombre(self.jamais)} n’en {'ont' if self.jamais > 1 else 'a'} pas")
            if self.jamais
            else ""
        )
        combien = len(self.vistes)
        return format_html(
            "Chez vous, <strong>{} sur {}</strong> {} {}{}, {} le <strong>{}</strong>{}.",
            pluriel(combien, "établissement"), nombre(self.ouverts), "ont" if combien > 1 else "a", self.article,
            self.nom, self.le_dernier.strip().lower(), _ou(dernier), reste,
        )  # fmt: skip

    def _dernier(self, contact: ContactSitue) -> SafeString:
        return format_html("{}{} date du <strong>{}</strong>.", self.le_dernier, self.nom, _ou(contact))

    def _places(self, n: int) -> str:
        return f"{pluriel(n, 'établissement')} {'ouverts' if n > 1 else 'ouvert'}"

    def sans_contact(self, vus: Sequence[ContactSitue], tri: str) -> SansContact | None:
        """The establishments of the territory without a known contact, those with an alarm first; None when this is not
        known. ``vus``: contacts of all services; ``tri``: sort chosen in the address ("effectif")."""
        fiche = self.fiche
        if not self.complete or not self.jamais or not isinstance(fiche, FicheEntreprise):
            return None
        alarmes: dict[str, list[str]] = {}
        for a in fiche.alertes:
            if a.siret and a.niveau != "information":
                alarmes.setdefault(a.siret, []).append(a.titre)
        autres: dict[str, str] = {}
        for c in vus:
            if not est_sien(c, self.corps):
                autres.setdefault(c.siret, f"{c.service}, {jour(c.jour)}")
        competentes = {siret: libelle for siret, libelle, _ in unites(fiche)}

        def lieu(e: EtablissementVu) -> LieuSansContact:
            titre, precision = nommer_lieu(e)
            commune = precision.partition(" · ")[0] if e.commune and titre != e.commune else ""
            effectif = e.tranche_effectif.libelle if e.tranche_effectif else ""
            dits = (commune, effectif, competentes.get(e.siret), autres.get(e.siret, "aucun autre service connu"))
            return LieuSansContact(
                titre,
                liens.fiche(e.siret),
                ", ".join(alarmes.get(e.siret, ())),
                " · ".join(d for d in dits if d),
            )

        restants = [e for e in fiche.apercu.ici if e.siret not in self.vistes]
        if not tri:
            restants.sort(key=lambda e: e.siret not in alarmes)
        adresse = fiche.unite.adresse
        reste = self.jamais - min(len(restants), SANS_MONTRES)
        ou = urlencode({"etat": "ouvert", "departement": ",".join(sorted(self.ici))}, safe=",")
        return SansContact(
            f"Sans {self.nom} chez vous ({nombre(self.jamais)})",
            self.regards,
            tuple(map(lieu, restants[:SANS_MONTRES])),
            Puce(f"et {pluriel(reste, 'autre', 'autres')}", f"{adresse}/etablissements?{ou}") if reste else None,
            Puce("Les alarmes d’abord", f"{adresse}/controles")
            if tri
            else Puce("Trier par effectif", f"{adresse}/controles?tri=effectif"),
        )


def _ou(contact: ContactSitue) -> str:
    return f"{jour(contact.jour)}{f' à {contact.lieu}' if contact.lieu else ''}"


def est_sien(contact: ContactSitue, corps: Collection[str]) -> bool:
    """Whether a contact is of the reader's trade: of one of his inspection bodies, or told by his own service."""
    return contact.sien or contact.corps in corps


def du_metier(bloc: Bloc, corps: Collection[str]) -> bool:
    return bloc.source is not None and bloc.source.producteur.code in corps
