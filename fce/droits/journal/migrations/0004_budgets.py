from importlib import import_module

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# Volumes count in a budget: an agent's own, or one shared by all the programs of a service. A reader always uses the
# same budget, so rows need not name it. The counters of programs restart from zero.
#
# A refusal records the administration it was asked for, as a consultation does, so that managers see only their own.
TABLES = """
DROP FUNCTION journal.depasse(text[], bigint[], timestamptz, integer[]);
ALTER TABLE journal.compteur ADD COLUMN budget text;
UPDATE journal.compteur SET budget = agent;
ALTER TABLE journal.compteur ALTER COLUMN budget SET NOT NULL, DROP CONSTRAINT compteur_pkey,
    ADD PRIMARY KEY (budget, tranche, agent);
ALTER TABLE journal.refus ADD COLUMN siret_administration text NOT NULL DEFAULT '',
    ADD COLUMN habilitations text[] NOT NULL DEFAULT '{}';
"""

FONCTIONS = """
CREATE OR REPLACE FUNCTION journal.consigner(entrees jsonb, maintenant timestamptz, limites integer[]) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    instant constant timestamptz(3) := date_trunc('milliseconds', maintenant);
    ligne journal.consultation;
    lignes journal.consultation[];
    agents text[];
    budgets text[];  -- that of each agent: his own, or the one that the programs of a service share
    distincts text[];
    demandes bigint[];  -- companies asked for, by distinct budget
    vus text[] := '{}';
    habilitations text;
    sources text;
    comptes text;
    refus jsonb;
    qui text;
BEGIN
    -- Before the heads and the numbers: who seals or verifies takes the table for an instant, and then knows that no
    -- number given out is still on its way.
    LOCK TABLE journal.consultation IN ROW EXCLUSIVE MODE;
    SELECT array_agg(u.agent ORDER BY u.agent), array_agg(u.budget ORDER BY u.agent) INTO agents, budgets FROM (
        SELECT (e ->> 'agent') COLLATE "C" AS agent, max(coalesce(nullif(e ->> 'budget', ''), e ->> 'agent')) AS budget
        FROM jsonb_array_elements(entrees) AS e GROUP BY 1
    ) AS u;
    -- Shared budgets, then heads, each in order: two writers never wait for one another. The head of an agent is also
    -- the lock of his own budget.
    PERFORM pg_advisory_xact_lock(v.verrou) FROM (
        SELECT DISTINCT hashtextextended('journal.budget ' || u.budget, 0) AS verrou
        FROM unnest(agents, budgets) AS u(agent, budget) WHERE u.budget <> u.agent ORDER BY 1
    ) AS v;
    FOREACH qui IN ARRAY agents LOOP
        LOOP
            PERFORM FROM journal.tete WHERE agent = qui FOR UPDATE;
            EXIT WHEN FOUND;
            -- Absent, or just removed by the purge.
            INSERT INTO journal.tete VALUES (qui, 0, '') ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;

    FOR ligne IN SELECT * FROM jsonb_populate_recordset(NULL::journal.consultation, entrees) LOOP
        -- The blocks that a sheet loads afterwards disclose no other company than the sheet did.
        IF ligne.surface IN ('direct', 'fragment') AND ligne.numero <> '' AND (
            ligne.agent || ' ' || left(ligne.numero, 9) = ANY (vus)
            OR EXISTS (
                SELECT FROM journal.consultation AS c
                WHERE c.agent = ligne.agent AND c.quand > instant - interval '10 minutes'
                    AND left(c.numero, 9) = left(ligne.numero, 9)
            )
        ) THEN
            ligne.poids := 0;
        END IF;
        vus := vus || (ligne.agent || ' ' || left(ligne.numero, 9));
        lignes := lignes || ligne;
    END LOOP;
    SELECT array_agg(u.budget), array_agg(u.demande) INTO distincts, demandes FROM (
        SELECT a.budget, coalesce(sum(l.poids), 0)::bigint AS demande FROM unnest(agents, budgets) AS a(agent, budget)
        JOIN unnest(lignes) AS l ON l.agent = a.agent GROUP BY a.budget
    ) AS u;

    refus := journal.depasse(distincts, demandes, instant, limites);
    IF refus IS NOT NULL THEN
        INSERT INTO journal.refus (quand, agent, siret_administration, habilitations, raison_code, source, numero, surface,
            requete, adresse_ip)
        SELECT instant, l.agent, l.siret_administration, l.habilitations, 'volume', coalesce(l.sources[1], ''), l.numero,
            l.surface, l.requete, l.adresse_ip
        FROM unnest(lignes) AS l JOIN unnest(agents, budgets) AS a(agent, budget) ON a.agent = l.agent
        WHERE a.budget = refus ->> 'budget' LIMIT 1;
        RETURN refus;
    END IF;

    FOREACH ligne IN ARRAY lignes LOOP
        ligne.quand := instant;
        -- Last of all: a number taken and not used is a hole, and a hole is looked into.
        ligne.id := nextval('journal.consultation_id_seq');
        SELECT t.rang + 1, t.empreinte INTO ligne.rang, ligne.empreinte_precedente
        FROM journal.tete AS t WHERE t.agent = ligne.agent;
        SELECT coalesce(string_agg(journal.net(u.h), '' ORDER BY u.o), '') INTO habilitations
        FROM unnest(ligne.habilitations) WITH ORDINALITY AS u(h, o);
        SELECT coalesce(string_agg(journal.net(u.s), '' ORDER BY u.o), '') INTO sources
        FROM unnest(ligne.sources) WITH ORDINALITY AS u(s, o);
        SELECT coalesce(string_agg(journal.net(l.key) || journal.net(l.value), '' ORDER BY l.key COLLATE "C"), '')
        INTO comptes FROM jsonb_each_text(ligne.lignes) AS l;
        ligne.empreinte := sha256(convert_to(
            journal.net(encode(ligne.empreinte_precedente, 'hex'))
            || journal.net(ligne.id::text)
            || journal.net(to_char(ligne.quand AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            || journal.net(ligne.agent)
            || journal.net(ligne.rang::text)
            || journal.net(ligne.siret_administration)
            || journal.net(habilitations)
            || journal.net(ligne.finalite)
            || journal.net(sources)
            || journal.net(ligne.numero)
            || journal.net(ligne.surface)
            || journal.net(ligne.action)
            || journal.net(comptes)
            || journal.net(ligne.classe)
            || journal.net(ligne.requete)
            || journal.net(ligne.adresse_ip)
            || journal.net(ligne.poids::text),
            'UTF8'));
        INSERT INTO journal.consultation SELECT (ligne).*;
        UPDATE journal.tete SET rang = ligne.rang, empreinte = ligne.empreinte WHERE agent = ligne.agent;
    END LOOP;
    INSERT INTO journal.compteur (budget, agent, tranche, poids)
    SELECT a.budget, a.agent, date_bin('10 minutes', instant, 'epoch'), sum(l.poids)
    FROM unnest(agents, budgets) AS a(agent, budget) JOIN unnest(lignes) AS l ON l.agent = a.agent
    WHERE l.poids > 0 GROUP BY a.budget, a.agent
    ON CONFLICT (budget, tranche, agent) DO UPDATE SET poids = compteur.poids + excluded.poids;
    RETURN NULL;
END
$$;

-- The limit that a request would pass, and the seconds to wait for it: those of the longest wait.
CREATE FUNCTION journal.depasse(budgets text[], demandes bigint[], instant timestamptz, limites integer[]) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$  -- called by the one above alone: its search_path
DECLARE
    trouve record;
    lecteurs text[];  -- who counts in the budget: an agent, or the programs of a service
    compte bigint;
    attente bigint;
    refus jsonb;
BEGIN
    FOR trouve IN
        -- Whole slots, that which the window cuts included: nearly always far enough from the limit to stop here.
        SELECT a.budget, a.demande, limites[n][1] AS limite, limites[n][2] AS secondes,
            instant - make_interval(secs => limites[n][2]) AS seuil
        FROM unnest(budgets, demandes) AS a(budget, demande), generate_subscripts(limites, 1) AS n
        WHERE a.demande > 0 AND a.demande + (
            SELECT coalesce(sum(k.poids), 0) FROM journal.compteur AS k
            WHERE k.budget = a.budget
                AND k.tranche >= date_bin('10 minutes', instant - make_interval(secs => limites[n][2]), 'epoch')
        ) > limites[n][1]
    LOOP
        -- Then the rows themselves for the slot that the window cuts: exact.
        SELECT coalesce(sum(k.poids), 0) INTO compte FROM journal.compteur AS k
        WHERE k.budget = trouve.budget AND k.tranche > date_bin('10 minutes', trouve.seuil, 'epoch');
        lecteurs := ARRAY(
            SELECT DISTINCT k.agent FROM journal.compteur AS k
            WHERE k.budget = trouve.budget AND k.tranche >= date_bin('10 minutes', trouve.seuil, 'epoch'));
        SELECT compte + coalesce(sum(c.poids), 0) INTO compte FROM journal.consultation AS c
        WHERE c.agent = ANY (lecteurs) AND c.quand > trouve.seuil
            AND c.quand < date_bin('10 minutes', trouve.seuil, 'epoch') + interval '10 minutes';
        CONTINUE WHEN compte + trouve.demande <= trouve.limite;
        -- When enough will have left the window; never, when the request alone is over the limit.
        SELECT ceil(extract(epoch FROM min(p.quand) - trouve.seuil)) INTO attente FROM (
            SELECT c.quand, sum(c.poids) OVER (ORDER BY c.quand, c.id) AS libere
            FROM journal.consultation AS c WHERE c.agent = ANY (lecteurs) AND c.quand > trouve.seuil
        ) AS p WHERE compte - p.libere + trouve.demande <= trouve.limite AND trouve.demande <= trouve.limite;
        IF refus IS NULL OR attente IS NULL OR attente > (refus ->> 'attente')::bigint THEN
            refus := jsonb_build_object('budget', trouve.budget, 'limite', trouve.limite, 'fenetre', trouve.secondes,
                'demande', trouve.demande, 'attente', attente);
        END IF;
        EXIT WHEN attente IS NULL;
    END LOOP;
    RETURN refus;
END
$$;

CREATE OR REPLACE FUNCTION journal.refuser(entree jsonb, maintenant timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO journal.refus (quand, agent, siret_administration, raison_code, source, numero, surface, requete,
        adresse_ip)
    SELECT date_trunc('milliseconds', maintenant), e ->> 'agent', e ->> 'siret_administration', e ->> 'raison_code',
        e ->> 'source', e ->> 'numero', e ->> 'surface', e ->> 'requete', e ->> 'adresse_ip'
    FROM (SELECT entree AS e) AS u
$$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA journal FROM PUBLIC;
"""

AVANT = import_module("fce.droits.journal.migrations.0002_ecriture")
ANNULER = f"""
{AVANT.ANNULER}
ALTER TABLE journal.refus DROP COLUMN siret_administration, DROP COLUMN habilitations;
DELETE FROM journal.compteur WHERE budget <> agent;
ALTER TABLE journal.compteur DROP COLUMN budget, ADD PRIMARY KEY (agent, tranche);
{AVANT.CONSIGNER}
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA journal FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_garde")]

    operations = [
        migrations.RunSQL(TABLES + FONCTIONS, ANNULER),
        migrations.AddField(
            "refus", "siret_administration", models.TextField(verbose_name="administration", default="")
        ),
        migrations.AddField(
            "refus", "habilitations", ArrayField(models.TextField(), verbose_name="habilitations", default=list)
        ),
    ]
