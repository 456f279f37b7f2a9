# shellcheck shell=bash
# PostgreSQL of this machine: the account of the service enters by the local socket (peer), so there is no password to keep.

sql() { runuser -u postgres -- psql -XAtq --set ON_ERROR_STOP=1 "$@"; }

preparer_la_base() {
    etape "PostgreSQL"
    local version reglages avant=$CHANGEMENTS
    version=$(find /etc/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -1)
    [ "${version:-0}" -ge 15 ] || echouer "il faut un PostgreSQL 15 ou plus, créé par pg_createcluster."
    reglages=/etc/postgresql/$version/main/conf.d/fce.conf
    reglages_de_la_base "$reglages" | poser "$reglages" 644 postgres:postgres
    if ! pg_lsclusters -h | grep -q "^$version  *main .* online"; then
        demarrer_la_base "$version" start
    elif [ "$CHANGEMENTS" != "$avant" ] || [ "$(sql -c 'SHOW max_locks_per_transaction')" -lt 512 ]; then
        recharger_la_base "$version"
    fi
    creer_les_roles
}

demarrer_la_base() {
    if systemd_demarre; then
        systemctl enable --quiet postgresql
        systemctl "$2" "postgresql@$1-main"
    else
        pg_ctlcluster "$1" main "$2"
    fi
    change "PostgreSQL $1 : $2"
}

# Most settings are taken without a restart, which every page would see.
recharger_la_base() {
    local lus
    lus=$(sql -c 'SELECT pg_conf_load_time()')
    demarrer_la_base "$1" reload
    for _ in $(seq 30); do
        [ "$(sql -c 'SELECT pg_conf_load_time()')" = "$lus" ] || break
        sleep 1
    done
    [ "$(sql -c 'SELECT count(*) FROM pg_settings WHERE pending_restart')" = 0 ] || demarrer_la_base "$1" restart
}

# deja_ecrit NOM FICHIER VALEUR: the value of this setting in the file; without it, VALEUR.
deja_ecrit() {
    local valeur=''
    [ ! -f "$2" ] || valeur=$(sed -n "s/^$1 = //p" "$2")
    echo "${valeur:-$3}"
}

# reglages_de_la_base FICHIER: memory and connections after the machine (two instances, FCE_BASE_CONNEXIONS per process,
# the worker) as it was when they were first written: another kernel counts its memory otherwise, and an upgrade would
# restart PostgreSQL.
reglages_de_la_base() {
    local memoire coeurs travailleurs
    memoire=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
    coeurs=$(nproc)
    travailleurs=$((coeurs / 2 > 2 ? coeurs / 2 : 2))
    cat <<FIN
# Posé par ops/installer.sh ; vos propres réglages vont dans un autre fichier de ce dossier (docs/exploitation/reglages.md).
listen_addresses = 'localhost'
max_connections = $(deja_ecrit max_connections "$1" $((2 * travailleurs * 12 + 40)))
max_locks_per_transaction = 512
shared_buffers = $(deja_ecrit shared_buffers "$1" $((memoire / 8))MB)
effective_cache_size = $(deja_ecrit effective_cache_size "$1" $((memoire / 2))MB)
maintenance_work_mem = 512MB
work_mem = 32MB
max_wal_size = 4GB
random_page_cost = 1.1
jit = off
wal_level = replica
log_min_error_statement = panic
log_error_verbosity = terse
FIN
}

# Each line is a statement that is missing; none: nothing to do (docs/exploitation/roles.md).
ordres_manquants() {
    sql <<'SQL'
SELECT format('CREATE ROLE %I %s', nom, genre)
FROM (VALUES ('fce', 'LOGIN'), ('fce_public', 'NOLOGIN'), ('fce_comptes', 'NOLOGIN'), ('fce_agents', 'NOLOGIN')) v (nom, genre)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = nom);
SELECT format('GRANT %I TO %I', de, a)
FROM (VALUES ('fce_public', 'fce_comptes'), ('fce_comptes', 'fce_agents'),
             ('fce_public', 'fce'), ('fce_comptes', 'fce'), ('fce_agents', 'fce')) v (de, a)
WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles q ON q.oid = m.member
                  WHERE r.rolname = de AND q.rolname = a);
SELECT 'CREATE DATABASE fce OWNER fce TEMPLATE template0 ENCODING ''UTF8'' '
       || CASE WHEN current_setting('server_version_num')::int >= 170000 THEN 'LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'' LOCALE ''C.UTF-8'''
               ELSE 'LOCALE ''C.UTF-8''' END
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'fce');
SELECT unnest(ARRAY['REVOKE TEMPORARY ON DATABASE fce FROM PUBLIC', 'GRANT TEMPORARY ON DATABASE fce TO fce'])
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'fce' AND datacl IS NOT NULL AND NOT EXISTS (
    SELECT FROM aclexplode(datacl) WHERE grantee = 0 AND privilege_type = 'TEMPORARY'));
SQL
}

creer_les_roles() {
    local ordres ordre
    ordres=$(ordres_manquants)
    if [ -z "$ordres" ]; then
        inchange "base fce, rôles fce_public, fce_comptes, fce_agents"
        return
    fi
    while IFS= read -r ordre; do
        sql -c "$ordre" </dev/null
        change "$ordre"
    done <<<"$ordres"
}
