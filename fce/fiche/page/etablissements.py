"""The list of a company's establishments: its filters, read from the address, and what the page shows of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fce.donnees.entreprises.contenu import EtablissementVu, PageEtablissements
from fce.donnees.entreprises.etablissements import LieuxChoisis
from fce.fiche.formes.contenu import ContactsConnus, DernierContact
from fce.fiche.unite.perimetre import nommer
from fce.referentiels import effectifs
from fce.referentiels.territoires import decoupage
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.texte.pliage import lire_entier, normaliser_requete
from fce.socle.web.pages import numeros

ETATS: Final = {"": (None, "Tous"), "ouvert": ("A", "Ouverts"), "ferme": ("F", "Fermés")}
NOMS_DES_TRIS: Final = {
    "": "Ouverts d’abord",
    "commune": "Commune",
    "effectif": "Effectif, du plus grand",
    "ouverture": "Ouverture, de la plus récente",
    "contact": "Dernier contact, du plus récent",
    "ancien": "Dernier contact, du plus ancien",
}
TRIS_DE_CONTACT: Final = frozenset({"contact", "ancien"})
AUCUN: Final = "aucun"
NULLE_PART: Final = ("--",)
"""Départements that no establishment is in."""


@dataclass(frozen=True, slots=True)
class FiltreEtablissements:
    """Filter, sort and page of the list of establishments, from the address. Invalid values mean no filter.

    ``departements``: codes, sorted; ``tranche``: Insee's code of a head-count band; ``sans_contact``: only those
    without a known contact.
    """

    texte: str = ""
    etat: str = ""
    page: int = 1
    departements: tuple[str, ...] = ()
    tranche: str = ""
    sans_contact: bool = False
    tri: str = ""

    @classmethod
    def depuis(cls, params: Mapping[str, str]) -> FiltreEtablissements:
        """Read an address: ``texte``, ``etat`` (``ouvert``, ``ferme``), ``departement`` (codes, separated by commas),
        ``effectif``, ``contact`` (``aucun``), ``tri``, ``page``. A text that is the code of a département is one."""
        etat, tranche, tri = (params.get(nom, "") for nom in ("etat", "effectif", "tri"))
        texte = normaliser_requete(params.get("texte", ""))[:100]
        departements = _connus(params.get("departement", "")[:500])
        if tape := _connus(texte):
            texte, departements = "", tape
        return cls(
            texte,
            etat if etat in ETATS else "",
            max(1, lire_entier(params.get("page", ""), 1, chiffres=7)),
            departements,
            tranche if effectifs.libelle(tranche) else "",
            params.get("contact", "") == AUCUN,
            tri if tri in NOMS_DES_TRIS else "",
        )

    def permis(self, connus: ContactsConnus | None) -> FiltreEtablissements:
        """Without what contacts would filter or sort, unless the reader may know of all of them."""
        if connus is not None and connus.complet:
            return self
        return replace(self, sans_contact=False, tri="" if self.tri in TRIS_DE_CONTACT else self.tri)

    def choix(self, chez_lui: Collection[str], connus: ContactsConnus | None) -> LieuxChoisis:
        """Query of the list. ``chez_lui``: départements of the reader, listed first."""
        permis = self.permis(connus)
        ou: Collection[str] = self.departements
        if permis.sans_contact and connus and connus.territoire is not None:
            # Elsewhere nothing was looked at, so nothing is known to be absent.
            ou = (set(ou) or connus.territoire) & connus.territoire or NULLE_PART
        derniers = connus.derniers if connus else {}
        return LieuxChoisis(
            ETATS[self.etat][0], self.texte, ou, self.tranche, derniers if permis.sans_contact else (), chez_lui,
            permis.tri, {s: d.jour for s, d in derniers.items()} if permis.tri in TRIS_DE_CONTACT else {},
        )  # fmt: skip

    @property
    def actif(self) -> bool:
        return bool(self.texte or self.etat or self.departements or self.tranche or self.sans_contact)

    @property
    def lieux(self) -> str:
        """Value of its départements in an address."""
        return ",".join(self.departements)

    @property
    def requete(self) -> str:
        """Query string, without the page."""
        return urlencode([
            (nom, valeur)
            for nom, valeur in (
                ("texte", self.texte), ("etat", self.etat), ("departement", self.lieux), ("effectif", self.tranche),
                ("contact", AUCUN if self.sans_contact else ""), ("tri", self.tri),
            ) if valeur
        ], safe=",")  # fmt: skip

    @property
    def etiquettes(self) -> list[tuple[str, str]]:
        """(active filter in words, query string without it)."""
        dits = (
            (f"« {self.texte} »" if self.texte else "", replace(self, texte="")),
            (nommer(frozenset(self.departements)) if self.departements else "", replace(self, departements=())),
            (ETATS[self.etat][1] if self.etat else "", replace(self, etat="")),
            (effectifs.libelle(self.tranche) or "", replace(self, tranche="")),
            ("Sans contact connu" if self.sans_contact else "", replace(self, sans_contact=False)),
        )
        return [(dit, sans.requete) for dit, sans in dits if dit]


SANS_FILTRE: Final = FiltreEtablissements()


def adresse_de_la_liste(entreprise: str, filtre: FiltreEtablissements) -> str:
    """Address of the tab of the establishments, filtered. ``entreprise``: address of the sheet."""
    return f"{entreprise}/etablissements?{filtre.requete}#etablissements"


@dataclass(frozen=True, slots=True)
class LigneEtablissement:
    """``contact``: the last one known; ``sans_contact``: none is known, and every source was looked at there."""

    vu: EtablissementVu
    ici: bool
    contact: DernierContact | None
    sans_contact: bool


@dataclass(frozen=True, slots=True)
class GroupeDeLignes:
    """Rows of the page under a title, "" when there is only one group; ``nombre``: in the whole list."""

    titre: str
    nombre: int
    lignes: tuple[LigneEtablissement, ...]


Options = list[tuple[str, str, bool]]


@dataclass(frozen=True, slots=True)
class ListeAffichee:
    """A page of the list. ``filtre``: without what the reader may not filter by; ``contacts``: None without a column of
    contacts; ``exportable``: the list may leave as a file."""

    contenu: PageEtablissements
    filtre: FiltreEtablissements
    chez_lui: frozenset[str]
    contacts: ContactsConnus | None
    adresse: str
    exportable: bool

    @property
    def groupes(self) -> list[GroupeDeLignes]:
        """« Chez vous » then elsewhere, for a reader with a territory."""
        lignes = [self._ligne(vu) for vu in self.contenu.etablissements]
        if not self.chez_lui:
            return [GroupeDeLignes("", self.contenu.total, tuple(lignes))]
        proches = self.contenu.proches
        groupes = (
            GroupeDeLignes(f"Chez vous – {nommer(self.chez_lui)}", proches, tuple(x for x in lignes if x.ici)),
            GroupeDeLignes("Ailleurs", self.contenu.total - proches, tuple(x for x in lignes if not x.ici)),
        )
        return [g for g in groupes if g.lignes]

    def _ligne(self, vu: EtablissementVu) -> LigneEtablissement:
        ou = vu.adresse.departement.code if vu.adresse.departement else ""
        connus = self.contacts
        contact = connus.derniers.get(vu.siret) if connus else None
        return LigneEtablissement(vu, ou in self.chez_lui, contact, connus is not None and connus.aucun(vu.siret, ou))

    @property
    def pages(self) -> list[tuple[int | None, str]]:
        """Page numbers to offer with their query strings; ``(None, "")`` is a gap."""
        requete = self.filtre.requete
        return [
            (n, "&".join(filter(None, (requete, f"page={n}" if n > 1 else ""))) if n else "")
            for n in numeros(self.contenu.page, self.contenu.pages)
        ]

    @property
    def etats(self) -> Options:
        return [(valeur, libelle, valeur == self.filtre.etat) for valeur, (_, libelle) in ETATS.items()]

    @property
    def departements(self) -> Options:
        """Those of the company's places that are not hidden, the reader's first, and the one asked for."""
        codes = sorted(c for c in self.contenu.departements if decoupage.departement(c))
        ici = [c for c in codes if c in self.chez_lui]
        offerts = {",".join(ici): f"Chez vous – {nommer(frozenset(ici))}"} if ici else {}
        for voulus in (*([c] for c in codes), self.filtre.departements):
            if voulus:
                offerts.setdefault(",".join(voulus), nommer(frozenset(voulus)))
        return [(code, libelle, code == self.filtre.lieux) for code, libelle in offerts.items()]

    @property
    def tranches(self) -> Options:
        """The bands of the company's establishments, smallest first, and the one asked for."""
        presentes = self.contenu.tranches | {self.filtre.tranche}
        return [
            (t.code, t.libelle or t.code, t.code == self.filtre.tranche)
            for t in effectifs.liste()
            if t.code in presentes
        ]

    @property
    def tris(self) -> Options:
        return [
            (nom, libelle, nom == self.filtre.tri)
            for nom, libelle in NOMS_DES_TRIS.items()
            if nom not in TRIS_DE_CONTACT or self.par_contact
        ]

    @property
    def par_contact(self) -> bool:
        """Whether the list may be filtered and sorted by contact."""
        return self.contacts is not None and self.contacts.complet

    @property
    def ailleurs(self) -> list[tuple[str, str, int]]:
        """(département, query string, number of establishments of the list) outside the reader's territory, when no
        département is chosen."""
        if self.filtre.departements or not self.chez_lui:
            return []
        rangs = sorted((-n, c) for c, n in self.contenu.departements.items() if n and c not in self.chez_lui)
        return [
            (nommer(frozenset({c})), replace(self.filtre, departements=(c,)).requete, -n)
            for n, c in rangs
            if decoupage.departement(c)
        ]

    @property
    def titre(self) -> str:
        """ "12 établissements sur 140 – 124 ouverts au total – page 1 sur 6"."""
        liste = self.contenu
        sur = f" sur {nombre(liste.nombre)}" if self.filtre.actif else ""
        page = f" – page {nombre(liste.page)} sur {nombre(liste.pages)}" if liste.pages > 1 else ""
        return f"{pluriel(liste.total, 'établissement')}{sur} – {pluriel(liste.ouverts, 'ouvert')} au total{page}"

    @property
    def fichier(self) -> str:
        """Address of the whole list as a file."""
        return f"{self.adresse}/etablissements.csv{f'?{self.filtre.requete}' if self.filtre.requete else ''}"


def _connus(texte: str) -> tuple[str, ...]:
    """Codes of départements separated by commas; empty when one is unknown."""
    codes = [mot.strip().upper() for mot in texte.split(",")]
    return tuple(sorted(set(codes))) if all(decoupage.departement(code) for code in codes) else ()
