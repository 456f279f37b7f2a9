"""Time that rights and journal add to a restricted sheet, compared with the same sheet without journal, for a
ready-made reader.

``python -m bench.droits [--dossier D] [--profil]``. Target: median added time ≤ 5 ms. Requests alternate and are
compared pair by pair.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import secrets
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench.fiche import _remplir
from bench.portail import portail

ENTREPRISES = 2_000
MESURES = 150
CHAUFFE = 20
CIBLE_MS = 5.0


def main(argv: list[str] | None = None) -> int:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--dossier", type=Path, help="data folder kept from one run to the next")
    lecteur.add_argument("--profil", action="store_true", help="print where the time goes")
    options = lecteur.parse_args(argv)
    with portail("droits", options.dossier, lambda dossier: _remplir(dossier, ENTREPRISES), FCE_VOLUMES="1000000/600"):
        return 0 if _mesurer(profil=options.profil) else 1


def _mesurer(*, profil: bool) -> bool:
    from django.test import Client

    from bench.faits import PLEINES, siren
    from fce.droits.journal import services as journal
    from fce.droits.journal.models import Consultation
    from fce.fiche import views

    compte = _agent()
    connecte, simple = (Client(headers={"host": "localhost", "user-agent": "banc"}) for _ in range(2))
    _connecter(connecte, compte)
    reel, consigner = views.lecteur_de_la_page, journal.consigner
    prepare = _lecteur(compte)
    adresses = [f"/entreprise/{siren(n % PLEINES)}" for n in range(MESURES)]
    for adresse in adresses[:CHAUFFE]:
        _temps(connecte, adresse)
    avant = Consultation.objects.count()
    avec, sans = [], []

    def comme_le_site(adresse: str) -> None:
        avec.append(_temps(connecte, adresse))

    def sans_rien(adresse: str) -> None:
        views.lecteur_de_la_page = lambda *_a, **_k: prepare()
        journal.consigner = lambda *_a, **_k: None
        sans.append(_temps(simple, adresse))
        views.lecteur_de_la_page, journal.consigner = reel, consigner

    for rang, adresse in enumerate(adresses[CHAUFFE:]):
        # Alternate the order, because the second request finds the rows in memory.
        for mesurer in (comme_le_site, sans_rien) if rang % 2 else (sans_rien, comme_le_site):
            mesurer(adresse)
    print(f"Fiche réservée, {len(avec)} lectures, {Consultation.objects.count() - avant} écrites au journal (médianes)")
    for titre, mesures in (("droits et journal", avec), ("lecteur prêt, sans journal", sans)):
        print(f"  {titre:<27}{_mediane(mesures, 0):7.1f} ms, dont {_mediane(mesures, 1):.1f} de calcul")
    ecarts = [(a - c, b - d) for (a, b), (c, d) in zip(avec, sans, strict=True)]
    ajoute = _mediane(ecarts, 0)
    print(
        f"  {'ajouté':<27}{ajoute:7.1f} ms, dont {_mediane(ecarts, 1):.1f} de calcul ; "
        f"{ajoute / _mediane(sans, 0):+.0%} (cible {CIBLE_MS:.0f} ms)"
    )
    if profil:
        mesure = cProfile.Profile()
        mesure.enable()
        for adresse in adresses[CHAUFFE : CHAUFFE + 40]:
            _temps(connecte, adresse)
        mesure.disable()
        pstats.Stats(mesure).sort_stats("cumulative").print_stats(
            r"fce/(comptes|droits|fiche|config|socle)|journal", 50
        )
    return ajoute <= CIBLE_MS


def _mediane(mesures: list[tuple[float, float]], rang: int) -> float:
    return median(mesure[rang] for mesure in mesures)


def _agent() -> Any:
    from fce.demo.identite.personnages import DDETS, SERVICE
    from fce.droits.comptes.models import Appartenance, Compte, Groupe, Organisation
    from fce.droits.habilitations.dossiers import services as dossiers

    compte = Compte.objects.create(
        genre="agent",
        iss="https://banc.example",
        sub=secrets.token_hex(8),
        siret=DDETS.siret,
        roles=["agent_public_etat"],
    )
    groupe = Groupe.objects.create(
        organisation=Organisation.objects.get_or_create(numero=DDETS.siret)[0], nom=compte.sub
    )
    Appartenance.objects.create(compte=compte, groupe=groupe, origine=Appartenance.Origine.CSV)
    approbateur = Compte.objects.create(
        genre="agent", iss="https://banc.example", sub=secrets.token_hex(8), siret=SERVICE.siret
    )
    for profil in ("inspection-travail", "ddets-emploi", "dgfip"):
        dossier = dossiers.creer(groupe, dossiers.du_profil(profil, ("FR",)), "c0")
        dossiers.valider(dossiers.soumettre(dossier, "c0"), approbateur.identifiant)
    return compte


def _connecter(client: Any, compte: Any, *, mfa: bool = True) -> None:
    from django.conf import settings

    from fce.droits.comptes.sessions import SessionStore

    session = SessionStore()
    session.ouvrir(compte, {"mfa": mfa, "finalite": "controle-travail"}, navigateur="Navigateur", adresse_ip=None)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def _lecteur(compte: Any) -> Any:
    from fce.droits.habilitations.lecteur import LecteurDeDonnees
    from fce.droits.habilitations.selectors import acteur_de

    acteur = acteur_de(compte, mfa=True)
    return lambda: LecteurDeDonnees(acteur, finalite="controle-travail")


def _temps(client: Any, adresse: str) -> tuple[float, float]:
    """(elapsed ms, CPU ms of this process)"""
    debut, calcul = time.perf_counter(), time.process_time()
    reponse = client.get(adresse)
    assert reponse.status_code == 200, (adresse, reponse.status_code)
    return (time.perf_counter() - debut) * 1000, (time.process_time() - calcul) * 1000


if __name__ == "__main__":
    sys.exit(main())
