"""The contacts of a unit on its tab « Contrôles »: those of the reader's trade, then of the other services; his
territory first, the rest by département. Nothing is cut: a fold says how many it holds, a paged list holds them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.formes.commun import nommer_lieu
from fce.fiche.formes.contenu import Bloc, Fiche
from fce.fiche.formes.regroupement import ranger
from fce.fiche.page import html
from fce.fiche.page.contacts import ContactSitue, contacts, contacts_restants, en_tout, regardees
from fce.fiche.page.origines import court
from fce.fiche.page.reponse import Puce, ReponseDuMetier, SansContact, du_metier, est_sien
from fce.fiche.unite.perimetre import nommer
from fce.socle.texte.formats import jour, nombre, pluriel
from fce.socle.texte.identifiants import formater_siret
from fce.socle.texte.pliage import lire_entier, normaliser_requete
from fce.socle.web import liens
from fce.socle.web.pages import numeros

MONTRES: Final = 5
TAILLE_DE_PAGE: Final = 30
VUES_DE_CONTACTS: Final = ("", "ici", "tout")
PARTS: Final = {"metier": "votre métier", "services": "autres services"}


@dataclass(frozen=True, slots=True)
class ChoixDeContacts:
    """Choice that the address makes; invalid values choose nothing. ``vue``: "ici" or "tout" for one dated list, paged;
    ``part``: "metier" or "services", the contacts of one bloc; ``service``: kind of service; ``departement``: its code;
    ``tri``: "effectif" for the places without a contact."""

    vue: str = ""
    part: str = ""
    service: str = ""
    departement: str = ""
    tri: str = ""
    page: int = 1

    @classmethod
    def depuis(cls, params: Mapping[str, str]) -> ChoixDeContacts:
        vue, part = params.get("vue", ""), params.get("part", "")
        return cls(
            vue if vue in VUES_DE_CONTACTS else "",
            part if part in PARTS else "",
            normaliser_requete(params.get("service", ""))[:120],
            params.get("departement", "")[:3],
            "effectif" if params.get("tri") == "effectif" else "",
            max(1, lire_entier(params.get("page", ""), 1, chiffres=4)),
        )


SANS_CHOIX: Final = ChoixDeContacts()


class RangeeDeContact(NamedTuple):
    """A contact: establishment by its name, place and number; day, with the page of what a service told (``lien``)."""

    titre: str
    adresse: str
    precision: str
    jour: date
    lien: str
    service: str
    courriel: str
    nature: str


@dataclass(frozen=True, slots=True)
class Pli:
    """Contacts out of the territory, folded: their départements, and their whole list."""

    titre: str
    combien: str
    resume: str
    departements: SafeString
    suite: Puce


@dataclass(frozen=True, slots=True)
class BlocDeContacts:
    """``groupe``: title of the rows shown, with its ``precision``; ``suite``: the list that has all of them."""

    cle: str
    titre: str
    precision: str
    groupe: str
    precision_du_groupe: str
    rangees: tuple[RangeeDeContact, ...]
    suite: Puce | None
    sans: SansContact | None
    ailleurs: Pli | None
    familles: tuple[Puce, ...]
    sources: tuple[Puce, ...]


@dataclass(frozen=True, slots=True)
class ListeDeContacts:
    """A page of the dated list."""

    titre: str
    rangees: tuple[RangeeDeContact, ...]
    familles: tuple[Puce, ...]
    pages: tuple[Puce, ...]


@dataclass(frozen=True, slots=True)
class OngletControles:
    """``phrase``: the answer, first; ``vues``: the ways to show the contacts; ``liste``: in place of ``blocs``;
    ``reste``: what the lists do not hold, and where it is."""

    precision: str
    phrase: SafeString | str
    vues: tuple[Puce, ...]
    blocs: tuple[BlocDeContacts, ...]
    liste: ListeDeContacts | None
    reste: str


def composer(fiche: Fiche, lecteur: LecteurDeDonnees, choix: ChoixDeContacts) -> OngletControles | None:
    """None when the reader may know of no contact, or none is known: the blocs of the sources say it."""
    vus = contacts(fiche, lecteur.territoire)
    return _Composition(fiche, lecteur, choix, vus).onglet() if vus else None


@dataclass(frozen=True, slots=True)
class _Composition:
    fiche: Fiche
    lecteur: LecteurDeDonnees
    choix: ChoixDeContacts
    vus: Sequence[ContactSitue]

    @property
    def ici(self) -> frozenset[str]:
        return self.lecteur.territoire if self.fiche.unite.entreprise else frozenset()

    @property
    def metier(self) -> str:
        return next((p.libelle for p in self.lecteur.profils if p.corps), "")

    def onglet(self) -> OngletControles:
        siens = [c for c in self.vus if est_sien(c, self.lecteur.corps)]
        autres = [c for c in self.vus if not est_sien(c, self.lecteur.corps)]
        caches = contacts_restants(self.fiche)
        a_lui = sum(n for corps, n in caches.items() if corps in self.lecteur.corps)
        total = en_tout(self.fiche, self.vus)
        plus = "plus de " if self.fiche.apercu.echanges.tronques else ""
        partage = f" : {self.metier} {nombre(len(siens) + a_lui)}, autres services {nombre(total - len(siens) - a_lui)}"
        manque = total - len(self.vus)
        tronques = ["les contacts notés par les services au-delà de 200"] if plus else []
        restes = [*([pluriel(manque, "contact plus ancien", "contacts plus anciens")] if manque else []), *tronques]
        return OngletControles(
            f"{plus}{pluriel(total, 'contact connu', 'contacts connus')}{partage if self.metier else ''}",
            ReponseDuMetier(self.fiche, self.lecteur, siens).phrase() if self.metier else "",
            tuple(self._vues()),
            () if self.choix.vue or self.choix.departement else tuple(self._blocs(siens, autres)),
            self._liste() if self.choix.vue or self.choix.departement else None,
            f"Hors de ces listes : {', '.join(restes)} ; la liste de chaque source les a." if restes else "",
        )

    def adresse(self, **params: str) -> str:
        """Address of the tab with these parameters, the empty ones left out."""
        requete = urlencode({nom: valeur for nom, valeur in params.items() if valeur})
        return f"{self.fiche.unite.adresse}/controles{'?' if requete else ''}{requete}"

    def _vues(self) -> Iterable[Puce]:
        if self.ici:
            la = nommer(self.ici)
            yield Puce(f"{la} d’abord", self.adresse(), not self.choix.vue and not self.choix.departement)
            yield Puce(f"{la} seul", self.adresse(vue="ici"), self.choix.vue == "ici")
        else:
            yield Puce("Par métier", self.adresse(), not self.choix.vue and not self.choix.departement)
        yield Puce("Tout, par date", self.adresse(vue="tout"), self.choix.vue == "tout")

    def _blocs(self, siens: Sequence[ContactSitue], autres: Sequence[ContactSitue]) -> Iterable[BlocDeContacts]:
        if siens or self.metier:
            reponse = ReponseDuMetier(self.fiche, self.lecteur, siens)
            yield self._bloc(
                "metier", self.metier, siens, reponse.blocs, reponse.sans_contact(self.vus, self.choix.tri)
            )
        if autres:
            retenus = [c for c in autres if c.famille == self.choix.service] or autres
            regardes = [b for b in regardees(self.fiche) if b.source and not du_metier(b, self.lecteur.corps)]
            titre = "Les autres services" if self.metier else "Les services"
            yield self._bloc("services", titre, retenus, regardes, None, self._familles(autres))

    def _bloc(
        self, cle: str, titre: str, siens: Sequence[ContactSitue], regardes: Sequence[Bloc], sans: SansContact | None,
        familles: Sequence[Puce] = (),
    ) -> BlocDeContacts:  # fmt: skip
        service = self.choix.service if familles and any(f.courant for f in familles[1:]) else ""
        ici = [c for c in siens if c.departement in self.ici] if self.ici else list(siens)
        la = [c for c in siens if c.departement not in self.ici] if self.ici else []
        lieux = len({c.siret for c in ici if c.siret})
        dits = pluriel(len(ici), "contact") + (f" dans {pluriel(lieux, 'établissement')}" if lieux else "")
        dits += f", les {MONTRES} plus récents" if len(ici) > MONTRES else ""
        suite = None
        if len(ici) > MONTRES:
            vue = "ici" if self.ici else "tout"
            suite = Puce(f"Voir les {nombre(len(ici))}", self.adresse(vue=vue, part=cle, service=service))
        return BlocDeContacts(
            cle, titre,
            f"{nombre(len(siens))}, dont {nombre(len(ici))} chez vous et {nombre(len(la))} ailleurs" if self.ici
            else nombre(len(siens)),
            self._chez_vous() if self.ici else "Les plus récents", dits if ici else "aucun contact connu",
            tuple(map(self._rangee, ici[:MONTRES])), suite, sans,
            self._ailleurs(la if self.ici else siens, cle, service), tuple(familles),
            tuple(self._sources(siens, regardes)),
        )  # fmt: skip

    def _chez_vous(self) -> str:
        ouverts = sum(n for d, n in self.fiche.apercu.ouverts.items() if d in self.ici)
        return f"Chez vous – {nommer(self.ici)} ({pluriel(ouverts, 'établissement')})"

    def _rangee(self, c: ContactSitue) -> RangeeDeContact:
        titre, precision = self._nommer(c.siret) if c.siret else ("", "")
        themes = f" : {', '.join(c.themes)}" if c.themes else ""
        adresse = liens.fiche(c.siret) if c.siret else ""
        return RangeeDeContact(titre, adresse, precision, c.jour, c.lien, c.service, c.courriel, f"{c.nature}{themes}")

    def _nommer(self, siret: str) -> tuple[str, str]:
        lieu = self.fiche.apercu.lieux.get(siret)
        return nommer_lieu(lieu) if lieu else (formater_siret(siret), "")

    def _ailleurs(self, la: Sequence[ContactSitue], part: str, service: str) -> Pli | None:
        par_lieu: dict[str, list[date | None]] = {}
        for c in la if self.fiche.unite.entreprise else ():
            par_lieu.setdefault(c.departement, []).append(c.jour)
        # Without a territory, the fold only tells more than the rows when there are several places.
        if not par_lieu or (not self.ici and len(par_lieu) < 2):
            return None
        rangs = ranger(par_lieu)
        garder = {"part": part, "service": service}
        adresses = {nommer(frozenset({d})): self.adresse(departement=d, **garder) for d in par_lieu if d}
        places = sum(1 for d in par_lieu if d)
        combien = pluriel(len(la), "contact") + (f", {pluriel(places, 'département')}" if places else "")
        return Pli(
            "Ailleurs" if self.ici else "Par département",
            combien,
            html.resume(rangs),
            html.departements(rangs, "contact", adresses),
            Puce("Tout, par date", self.adresse(vue="tout", **garder)),
        )

    def _familles(self, connus: Sequence[ContactSitue]) -> tuple[Puce, ...]:
        """The kinds of services of these contacts, those with most of them first; none when there is only one."""
        comptes = Counter(c.famille for c in connus)
        choisie = self.choix.service if self.choix.service in comptes else ""
        garder = {"vue": self.choix.vue, "part": self.choix.part, "departement": self.choix.departement}
        if len(comptes) < 2:
            return ()
        return (
            Puce(f"Tous {nombre(len(connus))}", self.adresse(**garder), not choisie),
            *(
                Puce(f"{famille} {nombre(n)}", self.adresse(**garder, service=famille), famille == choisie)
                for famille, n in comptes.most_common()
            ),
        )

    def _liste(self) -> ListeDeContacts:
        connus = (
            [c for c in self.vus if c.departement in self.ici] if self.choix.vue == "ici" and self.ici else self.vus
        )
        titre = f"Chez vous – {nommer(self.ici)}" if connus is not self.vus else "Tous les contacts"
        if self.choix.departement:
            connus = [c for c in connus if c.departement == self.choix.departement]
            titre = nommer(frozenset({self.choix.departement})) if connus else "Aucun contact connu dans ce département"
        if self.choix.part and self.metier:
            metier = self.choix.part == "metier"
            connus = [c for c in connus if est_sien(c, self.lecteur.corps) is metier]
            titre = f"{titre}, {PARTS[self.choix.part]}"
        retenus = [c for c in connus if c.famille == self.choix.service] or connus
        pages = max(1, -(-len(retenus) // TAILLE_DE_PAGE))
        page = min(self.choix.page, pages)
        garder = {nom: getattr(self.choix, nom) for nom in ("vue", "part", "departement", "service")}
        return ListeDeContacts(
            f"{titre} : {pluriel(len(retenus), 'contact')}, du plus récent au plus ancien",
            tuple(map(self._rangee, retenus[(page - 1) * TAILLE_DE_PAGE : page * TAILLE_DE_PAGE])),
            self._familles(connus),
            tuple(
                Puce(str(n), self.adresse(**garder, page=str(n) if n > 1 else ""), n == page) if n else Puce("…", "")
                for n in numeros(page, pages)
            )
            if pages > 1
            else (),
        )

    def _sources(self, siens: Sequence[ContactSitue], regardes: Sequence[Bloc]) -> Iterable[Puce]:
        for bloc in regardes:
            for p in bloc.provenances[:1]:
                dits = (
                    f"{p.producteur} – {court(p)}" if court(p) != p.producteur else p.producteur,
                    jour(p.date_metier),
                )
                retard = "en retard" if p.en_retard else ""
                yield Puce(", ".join(filter(None, (*dits, retard))), f"{self.fiche.unite.adresse}/{bloc.cle}")
        if dits_ici := sum(not c.source for c in siens):
            yield Puce(f"notés par les services, {dits_ici}", "")
