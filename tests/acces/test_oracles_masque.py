"""S5, ACM-04 to ACM-06: what diffusion hides shows by no order, no count, no page, no filter, no sum either.

The oracle: the same rows twice, their hidden values handed round between the masked rows. Whatever a reader asks, both
answers are the same, byte for byte. An open company beside them says that the question was worth asking: hers differ.
What the law hides is written by hand in ``masquees``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fce.donnees.entreprises.etablissements import TRIS
from fce.droits.habilitations.acteurs import FRANCE
from fce.droits.habilitations.finalites import FINALITES, GROUPES, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.contenu import EnTableau
from fce.recherche import services
from fce.socle.erreurs import Introuvable
from fce.sources import champs
from fce.sources.champs import Nature
from fce.sources.declaration import Source
from fce.sources.onglets import ONGLETS, TOUT
from tests.acces import masquees
from tests.acces.acteurs import Joue
from tests.acces.masquees import AUTRES, LECTEURS
from tests.acces.surfaces import HTMX, lu
from tests.donnees.entreprises import fabrique as f
from tests.donnees.entreprises.marques import COMMUNE, ENSEIGNES, MORALE, PERSONNE_UL, PHYSIQUE, RUE
from tests.droits.habilitations import fabrique as droits

pytestmark = pytest.mark.django_db(transaction=True)
FAITS = 6


@dataclass(frozen=True)
class Unite:
    """``seul``: the status of its even establishments, those of an open company that opposed on their own."""

    siren: str
    categorie: str
    statut: str
    seul: str = "O"

    def masque(self, rang: int) -> bool:
        """Whether the ``rang``-th establishment is."""
        return self.statut != "O" or (rang % 2 == 0 and self.seul != "O")

    def cache(self, champ: champs.Champ) -> bool:
        """Whether a masked row of this unit hides this field."""
        return champ.masque not in masquees.MONTRE[self.categorie == MORALE]


PERSONNE, AUTRE_PERSONNE, SOCIETE, PARTIELLE, TEMOIN = UNITES = (
    Unite(f.siren_no(1), PHYSIQUE, "P"),
    Unite(f.siren_no(2), PHYSIQUE, "X"),
    Unite(f.siren_no(3), MORALE, "P"),
    Unite(f.siren_no(4), MORALE, "O", "P"),
    Unite(f.siren_no(5), MORALE, "O"),
)
MASQUEES = (PERSONNE, SOCIETE, PARTIELLE)


def lecteur_de(source: Source) -> LecteurDeDonnees:
    """An agent who may read all of it, under the purpose that opens it."""
    jour = timezone.localdate()
    tout = droits.habilitation(
        groupes=frozenset(GROUPES), finalites=tuple(FINALITES.values()), territoire=frozenset({FRANCE}),
        droits=frozenset(Droit), debut=jour - timedelta(days=1), fin=jour + timedelta(days=1),
    )  # fmt: skip
    possibles = (LecteurDeDonnees(droits.agent(tout), Droit.CONSULTER, finalite) for finalite in FINALITES)
    return next(qui for qui in possibles if qui.portee(source) and not qui.portee(source).territoires)


def corps(reponse: Any) -> str:
    """Status and body, without what changes at each request."""
    entetes = "\n".join(f"{nom}: {valeur}" for nom, valeur in reponse.headers.items())
    return masquees._VARIABLE.sub(b"", lu(reponse).replace(entetes, "").encode()).decode()


# --- Facts of the other data sets ------------------------------------------------------------------------------------


def faits(source: Source, unite: Unite, *, tournes: bool) -> Iterator[dict[str, Any]]:
    """Six facts, no two alike; ``tournes``: the values that their unit hides change hands between masked rows."""
    par_lieu = masquees.par_lieu(source)
    # Of the open company, all rows exchange what a masked one would hide: the answers must differ.
    caches = [n for n in range(FAITS) if unite is TEMOIN or unite.masque(1 + n % 2 if par_lieu else 1)]
    pris = dict(zip(caches, reversed(caches), strict=True)) if tournes else {}
    for rang in range(FAITS):
        ligne: dict[str, Any] = {}
        for attribut, champ in source.champs.items():
            n = pris.get(rang, rang) if unite.cache(champ) else rang
            ligne[attribut] = _valeur(attribut, champ, unite, rang, n)
        yield ligne


def _valeur(attribut: str, champ: champs.Champ, unite: Unite, rang: int, n: int) -> Any:
    match champ:
        case champs.Siret():
            return f.siret_no(unite.siren, 1 + rang % 2)
        case champs.Siren():
            return unite.siren
        case champs.Jour():
            return date(2026, 9, 1) + timedelta(days=n)
        case champs.Horodatage():
            return f"2026-09-0{1 + n}T08:00:00"
        case champs.Booleen():
            return n % 2 == 0
        case champs.Entier() | champs.Decimal():
            return 10 + n
    return f"{'MCXAQF'[n]} {attribut} ZZ{n}ZZ"


def sirene() -> None:
    f.unites(*(f.unite(u.siren, categorie_juridique=u.categorie, statut_diffusion=u.statut) for u in UNITES))
    f.lieux(
        *(
            f.lieu(u.siren, n, statut_diffusion="O" if n == 1 or u.statut != "O" else u.seul, code_commune="59350")
            for u in UNITES
            for n in (1, 2)
        )
    )


def charger(source: Source, *, tournes: bool) -> None:
    f.charger(source.nom, [fait for unite in UNITES for fait in faits(source, unite, tournes=tournes)])


def triees(source: Source, unite: Unite, *, tous: bool) -> dict[str, str]:
    """{order: the list of a source in that order}, then its file; ``tous``: every column, else those it may hide."""
    lecteur = lecteur_de(source)
    lues: dict[str, str] = {}
    for numero in (unite.siren, f.siret_no(unite.siren, 2)):
        try:
            premiere = en_entier.liste(numero, source.nom, lecteur=lecteur)
        except Introuvable:  # it tells of companies only
            continue
        colonnes = [a for a in sorted(premiere.tris) if tous or unite.cache(source.champs[a])]
        for tri in ("", *colonnes, *(f"-{a}" for a in colonnes)):
            contenu = en_entier.liste(numero, source.nom, tri=tri, lecteur=lecteur).tableau
            assert isinstance(contenu, EnTableau)
            lues[f"{numero} {tri}"] = repr((contenu.lignes, contenu.totaux, contenu.total, contenu.pages))
        fichier = en_entier.donnees(numero, source.nom, lecteur=lecteur)
        assert isinstance(fichier, tuple)
        lues[f"{numero} fichier"] = repr(list(fichier[2]))
    return lues


def _epreuve_du_tri(source: Source, *, tous: bool) -> int:
    """How many lists of the open company changed; those of the masked ones never do."""
    masquees_ = MASQUEES if tous else (PERSONNE, PARTIELLE)
    lues: list[dict[str, dict[str, str]]] = []
    for tournes in (False, True):
        charger(source, tournes=tournes)
        lues.append({u.siren: triees(source, u, tous=tous) for u in (*masquees_, TEMOIN)})
    avant, apres = lues
    for unite in masquees_:
        changees = [ou for ou, texte in avant[unite.siren].items() if apres[unite.siren][ou] != texte]
        assert not changees, f"{source.nom} : {changees}"
    return sum(apres[TEMOIN.siren][ou] != texte for ou, texte in avant[TEMOIN.siren].items())


def _texte_cache(source: Source) -> bool:
    textes = (c for c in source.champs.values() if isinstance(c, champs.Texte | champs.Code))
    return any(c.masque is not Nature.DIFFUSIBLE for c in textes)


def test_s5_a_masked_value_comes_last_and_shown_ones_keep_their_order() -> None:
    """Of a company of which the even establishments are masked: theirs sort as nothing, both ways."""
    source = next(s for s in AUTRES if s.nom == "agrements-sanitaires")
    sirene()
    charger(source, tournes=False)
    for tri in ("commune", "-commune"):
        contenu = en_entier.liste(PARTIELLE.siren, source.nom, tri=tri, lecteur=lecteur_de(source)).tableau
        assert contenu is not None
        rang = next(n for n, c in enumerate(contenu.colonnes) if c.attribut == "commune")
        communes = [str(rangee[rang].texte) for rangee in contenu.lignes]
        assert communes[3:] == ["", "", ""]
        assert communes[:3] == sorted(communes[:3], reverse=tri.startswith("-"))
        assert all(communes[:3])


@pytest.mark.epreuve
def test_s5_every_column_of_every_source_both_ways() -> None:
    sirene()
    for source in AUTRES:
        _epreuve_du_tri(source, tous=True)


@pytest.mark.epreuve
def test_s5_every_surface_of_masked_units_is_the_same() -> None:
    sirene()
    joues = {qui: LECTEURS[qui]() for qui in ("anonyme", "inspection", "dgfip", "douane", "programme")}
    lues: list[dict[str, str]] = []
    for tournes in (False, True):
        for source in AUTRES:
            charger(source, tournes=tournes)
        lues.append({f"{qui} {ou}": texte for qui, joue in joues.items() for ou, texte in _surfaces(joue)})
    avant, apres = lues
    assert [adresse for adresse, texte in avant.items() if apres[adresse] != texte] == []


def _surfaces(joue: Joue) -> Iterator[tuple[str, str]]:
    for unite in MASQUEES:
        for numero in (unite.siren, f.siret_no(unite.siren, 2)):
            genre = "entreprise" if len(numero) == 9 else "etablissement"
            base = f"/{genre}/{numero}"
            montrees = [s for s in AUTRES if len(numero) == 9 or masquees.par_lieu(s)]
            cles = [cle for cle in ONGLETS if cle != "etablissements" or len(numero) == 9]
            adresses = [base, *(f"{base}/{cle}" for cle in (*cles, TOUT.cle)), f"{base}?departement=59"]
            adresses += [f"{base}/chronologie", f"{base}/chronologie?depuis=2020", f"{base}/export.xlsx"]
            adresses += [f"{base}/{s.nom}{suite}" for s in montrees for suite in ("", ".csv")]
            # A program reads no page.
            for adresse in () if joue.entetes else adresses:
                yield adresse, corps(joue.client.get(adresse))
            pour = f"?finalite={joue.finalite}&reference=2026-0117" if joue.finalite else ""
            adresse = f"/api/v1/{genre}s/{numero}{pour}"
            yield adresse, corps(joue.client.get(adresse, **joue.api))


# --- Sirene: the establishments of a company, the search -------------------------------------------------------------

MOTS = ("MARTRENEUF", "CORBRELAC", "XANTRIVEL", "ARDOGRAN", "QUERMIGNAC", "FOLBRENON")


def repertoire(*, tournes: bool) -> None:
    """Six establishments for each unit; what their diffusion hides changes hands between those that are masked."""
    unites, lieux = [], []
    for rang, u in enumerate(UNITES):
        n = {0: 1, 1: 0}.get(rang, rang) if tournes and u.statut != "O" else rang
        noms = {"denomination": f"SOCIETE {rang}"} if u.categorie == MORALE else {}
        personne = {c: f"{MOTS[n]} {c}" for c in PERSONNE_UL} if u.categorie == PHYSIQUE else {}
        sigle = "SIGLUN" if tournes and u.statut != "O" else "SIGLAUTRE"
        unites.append(
            f.unite(
                u.siren, categorie_juridique=u.categorie, statut_diffusion=u.statut, sigle=sigle, **noms, **personne
            )
        )
        caches = [k for k in range(1, FAITS + 1) if u.masque(k)]
        pris = dict(zip(caches, reversed(caches), strict=True)) if tournes else {}
        for k in range(1, FAITS + 1):
            secrets = {*RUE, "identifiant_adresse"} | (set() if u.categorie == MORALE else {*ENSEIGNES, *COMMUNE})
            valeurs = {
                c: f"{MOTS[(pris.get(k, k) if c in secrets and u.masque(k) else k) - 1]} {c}"
                for c in (*RUE, *ENSEIGNES, "libelle_commune")
            }
            ou = pris.get(k, k) if "code_commune" in secrets and u.masque(k) else k
            valeurs["code_commune"] = "59350" if ou % 2 else "62041"
            statut = "O" if u.statut != "O" or not u.masque(k) else u.seul
            etat = "A" if k % 3 else "F"
            lieux.append(f.lieu(u.siren, k, statut_diffusion=statut, etat_administratif=etat, **valeurs))
    f.unites(*unites)
    f.lieux(*lieux)


def _etablissements() -> Iterator[tuple[str, str]]:
    client = Client()
    for u in MASQUEES:
        base = f"/entreprise/{u.siren}"
        for texte in ("", *(f"{mot} {c}" for mot in MOTS for c in ("libelle_voie", "enseigne_1")), *MOTS):
            for etat in ("", "ouverts", "fermes"):
                adresse = f"{base}?texte={texte.replace(' ', '+')}&etat={etat}"
                entetes = HTMX | {"HX-Target": "liste-etablissements"}
                yield adresse, corps(client.get(adresse, headers=entetes))
        liste = f"{base}/etablissements"
        listes_ = [liste, f"{liste}?page=2", f"{liste}?texte=MARTRENEUF+libelle_voie", f"{liste}?etat=ouvert"]
        listes_ += [
            f"{liste}{fin}?{choix}"
            for fin in ("", ".csv")
            for choix in ("departement=59", "texte=62", "effectif=12", *(f"tri={tri}" for tri in TRIS))
        ]
        for adresse in (base, *listes_, f"{base}/export.xlsx", f"/api/v1/entreprises/{u.siren}", f"{base}?page=2"):
            yield adresse, corps(client.get(adresse))


def _recherches() -> Iterator[tuple[str, str]]:
    client = Client()
    tris = [f"{sens}{tri}" for tri in ("pertinence", "nom", "commune", "effectif", "creation") for sens in ("", "-")]
    for page in ("/recherche", "/api/v1/recherche", "/recherche/export.csv"):
        for vue in ("entreprises", "etablissements"):
            for tri in tris:
                adresse = f"{page}?creation_min=2001-01-01&vue={vue}&tri={tri}"
                yield adresse, corps(client.get(adresse))
    for mot in ("SIGLUN", "SIGLAUTRE"):
        lue = lu(client.get(f"/api/v1/recherche?q={mot}"))
        yield f"q={mot}", " ".join(u.siren for u in MASQUEES[:2] if u.siren in lue)


@pytest.mark.epreuve
def test_s5_the_establishments_and_the_search_say_nothing_of_what_is_hidden() -> None:
    lues: list[dict[str, str]] = []
    for tournes in (False, True):
        repertoire(tournes=tournes)
        services.indexer(forcer=True)
        lues.append({**dict(_etablissements()), **dict(_recherches())})
    avant, apres = lues
    assert [adresse for adresse, texte in avant.items() if apres[adresse] != texte] == []
    # The company that is open shows her own by their streets: the words of the filter are good ones.
    client = Client()
    ouverte = lu(client.get(f"/entreprise/{TEMOIN.siren}/etablissements?texte=MARTRENEUF+libelle_voie"))
    assert f.siret_no(TEMOIN.siren, 1) in ouverte.replace("\u202f", "").replace("\xa0", "").replace(" ", "")
