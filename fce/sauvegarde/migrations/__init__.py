"""The schema of this machine, made by a migration or, before the data come back, by a restore."""


def schema() -> str:
    from importlib import import_module

    return str(import_module("fce.sauvegarde.migrations.0001_initiale").SCHEMA)
