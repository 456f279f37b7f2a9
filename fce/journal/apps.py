from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "fce.journal"
    label = "journal"
    verbose_name = "Journal des consultations"
