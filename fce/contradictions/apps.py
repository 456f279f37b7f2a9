from django.apps import AppConfig


class ContradictionsConfig(AppConfig):
    name = "fce.contradictions"
    label = "contradictions"
    verbose_name = "Contradictions entre registres"
