"""Configuration of the embedded server, written at each start: sized for the machine, no network."""

import os
import shutil

# One statement reads every source: one lock per view, table and index, about 400 in all.
VERROUS_PAR_TRANSACTION = 512
_CONFIGURATION = """# Written at each start: changes made here are lost.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 80
max_locks_per_transaction = {verrous}
shared_buffers = {tampon_mo}MB
dynamic_shared_memory_type = {memoire_partagee}
work_mem = 32MB
maintenance_work_mem = {entretien_mo}MB
effective_cache_size = {cache_mo}MB
random_page_cost = 1.1
jit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 15min
fsync = {durable}
full_page_writes = {durable}
synchronous_commit = {durable}
autovacuum = {durable}
log_min_messages = warning
# The values of a row stay out of the server's log: neither the statement that failed nor the detail of its error.
log_min_error_statement = panic
log_error_verbosity = terse
log_timezone = 'Europe/Paris'
timezone = 'Europe/Paris'
lc_messages = 'C'
"""


def reglages(*, durable: bool) -> str:
    """Return the text of ``postgresql.conf``. ``durable=False`` disables crash safety and autovacuum (tests only)."""
    memoire_mo = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return _CONFIGURATION.format(
        verrous=VERROUS_PAR_TRANSACTION,
        durable="on" if durable else "off",
        tampon_mo=min(1024, memoire_mo // 8) if durable else 128,
        entretien_mo=min(512, memoire_mo // 16),
        cache_mo=memoire_mo // 4,
        memoire_partagee="posix" if _memoire_partagee_mo() >= 256 else "mmap",
    )


def _memoire_partagee_mo() -> int:
    """Free shared memory in MiB: containers often have 64, which parallel queries exceed."""
    try:
        return shutil.disk_usage("/dev/shm").free // 2**20  # noqa: S108 - a size is read, nothing is written
    except OSError:
        return 0
