from django.apps import AppConfig


class ContradictionsConfig(AppConfig):
    name = "fce.donnees.contradictions"
    label = "contradictions"
    verbose_name = "Contradictions entre registres"
