"""Any sequence of gestures on real deposits: readers see what was published last, the disk holds nothing else."""

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fce.donnees.imports.depots import reception, services
from fce.donnees.imports.depots.erreurs import DepotInterdit, RapportPerime
from fce.donnees.imports.etats import DEPOTS
from fce.donnees.imports.models import Depot, VersionEnPlace
from fce.socle.base.transitions import EtatIncompatible
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.sources.declaration import Source
from tests.donnees.imports.chargement.outils import lignes, tables, tables_attendues

from .outils import deposer, fichier, jeton, oublier

# Good, smaller (a threshold refuses it), unreadable.
FICHIERS = st.sampled_from([fichier(range(1, 21)), fichier(range(1, 22)), fichier(range(5, 15)), b"rien de bon\n1\n"])
RANG = st.integers(0, 3)


class Depots(RuleBasedStateMachine):
    """Beside the service: the files published, in order, and which deposit compares with what."""

    source: Source

    def __init__(self):
        super().__init__()
        oublier(self.source)
        self.jeton = jeton()[0]
        self.visible: bytes | None = None
        self.avant: bytes | None = None
        self.contenus: dict[int, bytes] = {}

    def depot(self, rang):
        numeros = sorted(self.contenus)
        return Depot.objects.get(pk=numeros[rang % len(numeros)]) if numeros else None

    @rule(contenu=FICHIERS)
    def envoyer(self, contenu):
        depot = deposer(self.jeton, self.source, contenu)
        self.contenus[depot.pk] = contenu

    @rule(rang=RANG)
    def verifier(self, rang):
        if depot := self.depot(rang):
            try:
                apres = services.verifier(depot.pk).etat
                assert apres in ("pret", "refuse")
            except EtatIncompatible:
                assert depot.etat in DEPOTS.clos

    @rule(rang=RANG, motif=st.sampled_from(["", "voulu"]))
    def publier(self, rang, motif):
        if depot := self.depot(rang):
            try:
                services.publier(depot.pk, forcer=motif)
            except EtatIncompatible:
                assert depot.etat not in ("pret",)
            except ParametreInvalide:
                assert (depot.etat, motif) == ("refuse", "")
            except RapportPerime:
                version = VersionEnPlace.objects.filter(source=self.source.nom).first()
                assert depot.comparee_id != (version.en_place_id if version else None)
                assert Depot.objects.get(pk=depot.pk).etat == "recu"
            else:
                assert depot.etat == "pret" or (depot.etat == "refuse" and motif and depot.forcable)
                if self.contenus[depot.pk] != self.visible:
                    self.visible, self.avant = self.contenus[depot.pk], self.visible

    @rule(rang=RANG)
    def abandonner(self, rang):
        if depot := self.depot(rang):
            try:
                services.abandonner(depot.pk)
            except EtatIncompatible:
                assert depot.etat in DEPOTS.clos
            else:
                assert not reception.presente(depot.dossier)

    @rule()
    def revenir(self):
        try:
            services.revenir(self.jeton, self.source)
        except Introuvable:
            assert self.visible is None or self.avant is None
        except DepotInterdit:
            pytest.fail("toutes les versions viennent de dépôts")
        else:
            self.visible, self.avant = self.avant, self.visible

    @rule()
    def tout_verifier(self):
        services.verifier_en_attente()

    @invariant()
    def readers_see_what_was_published_last(self):
        publiees = self.visible.decode().splitlines()[1:] if self.visible else []
        assert [r[0] for r in lignes(self.source, ("siren",))] == [ligne.split(";")[0] for ligne in publiees]

    @invariant()
    def nothing_else_is_kept(self):
        ouvertes = Depot.objects.filter(etat__in=("pret", "refuse")).exclude(importation__table="")
        preparees = {depot.importation.table for depot in ouvertes if depot.importation}
        en_place = VersionEnPlace.objects.filter(source=self.source.nom).exists()
        assert tables(self.source) == preparees | (tables_attendues(self.source) if en_place else set())


def machine(source):
    return type("DepotsDe", (Depots,), {"source": source})


def reglages(exemples, pas):
    return settings(
        max_examples=exemples, stateful_step_count=pas, deadline=None, suppress_health_check=list(HealthCheck)
    )


def test_any_sequence_of_gestures_keeps_the_promise(source):
    run_state_machine_as_test(machine(source), settings=reglages(6, 12))


@pytest.mark.epreuve
def test_many_long_sequences_keep_it_too(source):
    run_state_machine_as_test(machine(source), settings=reglages(60, 40))
