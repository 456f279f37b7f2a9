"""Time that the alerts of followed units add to an import, for a whole stock and for a day of changes.

``python -m bench.alertes [--lignes N] [--changements N] [--agents N]``. Baseline: the import itself. Each agent follows
ten units, and one in a hundred follows a search of a thousand. Target: a tenth of the import of the stock; on the
target machine, three million rows.
"""

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from bench.fusions import SOURCE, _chronometrer, stock_et_jour
from bench.portail import portail

CIBLE = 0.10
LIGNES, CHANGEMENTS, AGENTS = 3_000_000, 10_000, 5_000
PAR_AGENT, PAR_RECHERCHE = 10, 1_000


def mesurer(lignes: int = LIGNES, changements: int = CHANGEMENTS, agents: int = AGENTS) -> bool:
    with portail("alertes") as dossier:
        stock, jour, lignes = stock_et_jour(dossier, lignes, changements)
        return _comparer(stock, jour, lignes, changements, agents)


def _suivre(stock: Path, agents: int) -> int:
    import polars as pl
    from django.db import connection
    from django.utils import timezone

    from fce.droits.comptes.models import Compte
    from fce.echanges.models import Suivi, UniteSuivie

    sirets = pl.read_csv(stock, columns=["siret"], infer_schema=False)["siret"].to_list()
    comptes = Compte.objects.bulk_create(
        Compte(genre="agent", iss="bench", sub=str(n), derniere_connexion=timezone.now()) for n in range(agents)
    )
    suivis, numeros = [], []
    pas = max(len(sirets) // (agents * PAR_AGENT), 1)
    for rang, compte in enumerate(comptes):
        siens = sirets[rang * PAR_AGENT * pas :: pas][:PAR_AGENT]
        dits = list(dict.fromkeys(n[:9] if i % 2 else n for i, n in enumerate(siens)))
        suivis += [Suivi(compte=compte, numero=n) for n in dits]
        numeros += [[n] for n in dits]
        if rang % 100 == 0:
            suivis.append(Suivi(compte=compte, recherche="q=bench", nom="bench"))
            debut = rang * pas
            numeros.append(
                list(dict.fromkeys(n[:9] for n in sirets[debut : debut + 2 * PAR_RECHERCHE]))[:PAR_RECHERCHE]
            )
    Suivi.objects.bulk_create(suivis, batch_size=5000)
    unites = [UniteSuivie(suivi=s, numero=n) for s, dits in zip(suivis, numeros, strict=True) for n in dits]
    UniteSuivie.objects.bulk_create(unites, batch_size=5000)
    with connection.cursor() as curseur:  # as autovacuum does in service
        curseur.execute("ANALYZE echanges_suivi, echanges_unitesuivie, comptes_compte")
    return len(unites)


def _comparer(stock: Path, jour: Path, lignes: int, changements: int, agents: int) -> bool:
    import copy

    import polars as pl

    from fce.donnees.imports import services
    from fce.donnees.imports.chargement import fusion
    from fce.socle.texte.formats import nombre
    from fce.sources import registre
    from fce.sources.modes import Fusionne

    source = registre.source(SOURCE)
    services.importer(source, [stock])
    suivies = _suivre(stock, agents)
    neuf = stock.with_name("neuf.csv")
    entier, ecartees = pl.read_csv(stock, infer_schema=False), pl.read_csv(jour, infer_schema=False)
    pl.concat([entier.join(ecartees, on="siret", how="anti"), ecartees.select(entier.columns)]).sort("siret").write_csv(
        neuf
    )
    fusionnee = copy.copy(source)
    fusionnee.mode = Fusionne("date_dernier_traitement")
    fusion.LIGNES_MIN = 0
    # Import and compare the previous month first, to warm up the server.
    services.importer(source, [stock], forcer="bench")
    _noter()
    durees: dict[str, tuple[float, float, int]] = {}
    for facon, declaree, fichier in (("stock entier", source, neuf), ("un jour versé", fusionnee, jour)):
        if facon == "un jour versé":
            services.importer(source, [stock], forcer="bench")
        time.sleep(2)
        charge, _ = _chronometrer(partial(services.importer, declaree, [fichier]))
        ajout, ecrites = _chronometrer(_noter)
        durees[facon] = (charge, ajout, ecrites)
    print(f"{nombre(changements)} changements sur {nombre(lignes)} établissements, {nombre(agents)} agents :")
    print(f"  numéros suivis        {nombre(suivies)}")
    for facon, (charge, ajout, ecrites) in durees.items():
        print(
            f"  {facon:<20}  import {charge:6.2f} s, alertes {ajout:6.2f} s ({ajout / charge:5.1%}), {ecrites} écrites"
        )
    print(f"  cible                 {CIBLE:.0%} de l’import du stock")
    charge, ajout, ecrites = durees["stock entier"]
    assert ecrites, "nobody was told anything"
    return ajout <= CIBLE * charge


def _noter() -> int:
    from fce.donnees.imports.models import VersionEnPlace
    from fce.echanges.suivis.alertes import noter_les_changements

    version = VersionEnPlace.objects.get(source=SOURCE)
    return noter_les_changements(SOURCE, version.en_place_id, int(version.precedent_id or 0))


def principal() -> int:
    analyse = argparse.ArgumentParser(description=__doc__)
    analyse.add_argument("--lignes", type=int, default=LIGNES)
    analyse.add_argument("--changements", type=int, default=CHANGEMENTS)
    analyse.add_argument("--agents", type=int, default=AGENTS)
    options = analyse.parse_args()
    return 0 if mesurer(options.lignes, options.changements, options.agents) else 1


if __name__ == "__main__":
    sys.exit(principal())
